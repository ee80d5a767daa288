locals {
  kratos_values = {
    kratos = {
      development = true
      config = {
        dsn     = var.dsn
        session = { lifespan = "30d" }
      }
    }
  }
}
resource "helm_release" "kratos" {
  name       = "kratos"
  repository = "https://k8s.ory.sh/helm/charts"
  chart      = "kratos"
  version    = "0.52.0"
  values = [
    file("${path.module}/values.yaml"),
    yamlencode(local.kratos_values),
  ]
}
