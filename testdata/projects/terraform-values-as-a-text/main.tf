variable "domain" {}

resource "helm_release" "auth" {
  name       = "auth"
  repository = "https://k8s.ory.sh/helm/charts"
  chart      = "kratos"
  version    = "0.47.0"
  values = [
    <<-EOT
    image:
      tag: v1.3.0
    kratos:
      automigration:
        enabled: true
      identitySchemas:
        person.schema.json: |
          {
            "$id": "https://example.org/person.schema.json",
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "properties": {
              "traits": {
                "type": "object",
                "properties": {
                  "email": {
                    "type": "string",
                    "format": "email",
                    "ory.sh/kratos": { "credentials": { "password": { "identifier": true } } }
                  }
                },
                "required": ["email"]
              }
            }
          }
      config:
        dsn: postgres://auth:${var.password}@db/auth
        serve:
          public:
            base_url: https://auth.${var.domain}/
        identity:
          default_schema_id: person
          schemas:
            - id: person
              url: file:///etc/config/person.schema.json
        selfservice:
          default_browser_return_url: https://www.${var.domain}/
          methods:
            password:
              enabled: true
              config:
                haveibeenpwned_enable: false
          flows:
            error:
              ui_url: https://www.${var.domain}/error
            login:
              ui_url: https://www.${var.domain}/login
            registration:
              ui_url: https://www.${var.domain}/registration
            settings:
              ui_url: https://www.${var.domain}/settings
        secrets:
          cookie:
            - ${var.cookie}
    EOT
  ]
}
