resource "helm_release" "id" {
  name  = "id"
  chart = "${path.module}/chart"
  set {
    name  = "kratos.kratos.development"
    value = "true"
  }
}
