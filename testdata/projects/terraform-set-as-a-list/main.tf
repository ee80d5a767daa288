resource "helm_release" "iam" {
  name       = "iam"
  repository = "https://k8s.ory.sh/helm/charts"
  chart      = "kratos"
  version    = "0.50.2"
  values     = [templatefile("${path.module}/iam.yaml.tftpl", { host = "elm.example.org" })]
  set = [
    { name = "image.tag", value = "v1.1.0" },
    { name = "kratos.development", value = true },
  ]
}
