resource "kubernetes_manifest" "kratos" {
  manifest = yamldecode(templatefile("${path.module}/deploy.yaml.tpl", { image = "oryd/kratos:v1.3.1", dsn = var.dsn }))
}
