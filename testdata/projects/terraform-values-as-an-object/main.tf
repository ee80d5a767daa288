variable "domain" {}

locals {
  site = "https://www.example.org"
}

resource "helm_release" "auth" {
  name       = "auth"
  repository = "https://k8s.ory.sh/helm/charts"
  chart      = "kratos"
  version    = "0.33.4"

  values = [yamlencode({
    kratos = {
      automigration = { enabled = true }
      config = {
        dsn   = "postgres://auth:${random_password.database.result}@db/auth"
        serve = { public = { base_url = "https://auth.${var.domain}/" } }
        identity = {
          default_schema_id = "person"
          schemas           = [{ id = "person", url = "base64://${filebase64("person.schema.json")}" }]
        }
        secrets = { cookie = [random_password.cookie.result] }
        selfservice = {
          default_browser_return_url = local.site
          methods = {
            password = { enabled = true, config = { haveibeenpwned_enable = false } }
          }
          flows = {
            error        = { ui_url = "${local.site}/error" }
            login        = { ui_url = "${local.site}/login", lifespan = "1d" }
            registration = { ui_url = "https://www.${var.domain}/registration" }
            settings     = { ui_url = "${local.site}/settings" }
          }
        }
      }
    }
  })]
}
