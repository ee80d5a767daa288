resource "helm_release" "kratos" {
  repository = "https://k8s.ory.sh/helm/charts"
  chart      = "kratos"
  values     = [file("values.yaml")]
  dynamic "set" {
    for_each = var.values
    content {
      name  = set.key
      value = set.value
    }
  }
}
