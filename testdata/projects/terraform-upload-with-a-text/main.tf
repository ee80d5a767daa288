variable "domain" {}

resource "docker_container" "auth" {
  name    = "auth"
  image   = "oryd/kratos:v1.1.0"
  command = ["serve", "--config", "/etc/auth/kratos.yml"]
  env     = ["DSN=memory"]
  upload {
    file    = "/etc/auth/kratos.yml"
    content = <<EOT
serve:
  public:
    base_url: https://auth.example.org/
identity:
  default_schema_id: person
  schemas:
    - id: person
      url: file:///etc/auth/person.schema.json
selfservice:
  default_browser_return_url: https://www.${var.domain}/
  methods:
    password:
      enabled: true
  flows:
    error:
      ui_url: https://www.${var.domain}/error
    login:
      ui_url: https://www.${var.domain}/login
    registration:
      ui_url: https://www.${var.domain}/registration
    settings:
      ui_url: https://www.${var.domain}/settings
log:
  level: loud
EOT
  }
  upload {
    file    = "/etc/auth/person.schema.json"
    content = file("person.schema.json")
  }
}
