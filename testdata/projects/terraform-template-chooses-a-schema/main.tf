variable "chart_version" {
  default = "0.50.0"
}

resource "helm_release" "kratos" {
  name       = "kratos"
  repository = "https://k8s.ory.sh/helm/charts"
  chart      = "kratos"
  version    = var.chart_version
  values = [
    templatefile("${path.module}/kratos.values.yaml.tftpl", {
      domain = var.domain
      social = var.social
    })
  ]
}
