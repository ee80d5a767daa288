locals { kratos_chart = "0.47.0" }
resource "helm_release" "kratos" {
  name       = "kratos"
  repository = "https://k8s.ory.sh/helm/charts"
  chart      = "kratos"
  version    = local.kratos_chart
  values = [
    file("${path.module}/values/kratos.yaml"),
    yamlencode({ kratos = { development = true, config = { dsn = var.dsn } } }),
  ]
}
variable "dsn" {}
