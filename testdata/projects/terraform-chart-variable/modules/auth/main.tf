variable "chart_version" {
  type    = string
  default = "0.61.0"
}

resource "helm_release" "auth" {
  name       = "kratos"
  repository = "https://k8s.ory.sh/helm/charts"
  chart      = "kratos"
  version    = var.chart_version
  values = [
    file("${path.module}/values.yaml")
  ]
}
