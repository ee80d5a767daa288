module "auth" {
  source        = "./modules/auth"
  chart_version = var.kratos_chart_version
}

variable "kratos_chart_version" {
  type    = string
  default = "0.62.1"
}
