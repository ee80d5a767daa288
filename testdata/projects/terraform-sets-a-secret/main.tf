resource "helm_release" "kratos" {
  repository = "https://k8s.ory.sh/helm/charts"
  chart      = "kratos"
  values     = [file("values.yaml")]
  set_sensitive {
    name  = "kratos.config.dsn"
    value = var.dsn
  }
}
