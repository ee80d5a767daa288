variable "image_tag" {
  type = string
}

resource "helm_release" "kratos" {
  name       = "kratos"
  repository = "https://k8s.ory.sh/helm/charts"
  chart      = "kratos"
  values     = [file("${path.module}/values.yaml")]
  set {
    name  = "image.tag"
    value = var.image_tag
  }
}
