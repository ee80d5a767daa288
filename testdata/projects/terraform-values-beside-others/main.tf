resource "helm_release" "auth" {
  name       = "auth"
  repository = "https://k8s.ory.sh/helm/charts"
  chart      = "kratos"
  version    = "0.47.0"
  values = [<<EOT
kratos:
  config:
    dsn: memory
    selfservice:
      methods:
        password:
          enabled: true
EOT
  , yamlencode({ kratos = { config = { identity = var.identity } } })]
}
