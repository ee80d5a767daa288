resource "helm_release" "auth" {
  name  = "auth"
  chart = "${path.module}/../charts/auth"
  values = [
    templatefile("${path.module}/auth.yaml.tmpl", { password = var.password })
  ]
}
