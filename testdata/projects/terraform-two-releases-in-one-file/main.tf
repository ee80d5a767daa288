variable "password" {}

resource "helm_release" "staff" {
  name       = "staff"
  repository = "https://k8s.ory.sh/helm/charts"
  chart      = "kratos"
  version    = "0.33.4"
  values = [
    <<-EOT
    kratos:
      config:
        dsn: postgres://auth:${var.password}@db/staff
        identity:
          default_schema_id: person
          schemas:
            - id: person
              url: https://www.example.org/person.schema.json
        selfservice:
          default_browser_return_url: https://www.example.org/
          methods:
            password: {enabled: true}
            passkey: {enabled: true}
          flows:
            error: {ui_url: https://www.example.org/error}
            login: {ui_url: https://www.example.org/login}
            registration: {ui_url: https://www.example.org/registration}
            settings: {ui_url: https://www.example.org/settings}
    EOT
  ]
}

resource "helm_release" "customers" {
  name       = "customers"
  repository = "https://k8s.ory.sh/helm/charts"
  chart      = "kratos"
  version    = "0.47.0"
  values = [
    <<-EOT
    kratos:
      config:
        dsn: postgres://auth:${var.password}@db/customers
        identity:
          default_schema_id: person
          schemas:
            - id: person
              url: https://www.example.org/person.schema.json
        selfservice:
          default_browser_return_url: https://www.example.org/
          methods:
            password: {enabled: true}
            passkey: {enabled: true}
          flows:
            error: {ui_url: https://www.example.org/error}
            login: {ui_url: https://www.example.org/login}
            registration: {ui_url: https://www.example.org/registration}
            settings: {ui_url: https://www.example.org/settings}
    EOT
  ]
}
