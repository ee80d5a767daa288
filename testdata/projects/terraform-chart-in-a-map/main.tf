locals {
  charts = {
    kratos = "0.50.0"
  }
}
resource "helm_release" "kratos" {
  name = "kratos"
  repository = "https://k8s.ory.sh/helm/charts"
  chart = "kratos"
  version = local.charts.kratos
  values = [file("kratos.yaml")]
}
