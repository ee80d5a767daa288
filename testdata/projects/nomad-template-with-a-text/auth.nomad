job "auth" {
  group "auth" {
    task "auth" {
      driver = "docker"
      config {
        image = "oryd/kratos:v1.2.0"
        args  = ["serve", "--dev", "--config", "/local/kratos.yml"]
      }
      template {
        destination = "local/kratos.yml"
        data        = <<-EOH
          serve:
            public:
              base_url: https://auth.example.org/
          identity:
            default_schema_id: person
            schemas:
              - id: person
                url: file:///local/person.schema.json
          selfservice:
            default_browser_return_url: https://www.example.org/
            methods:
              password:
                enabled: true
            flows:
              error:
                ui_url: https://www.example.org/error
              login:
                ui_url: https://www.example.org/login
              registration:
                ui_url: https://www.example.org/registration
              settings:
                ui_url: https://www.example.org/settings
          secrets:
            cookie:
              - '{{ with secret "auth" }}{{ .Data.cookie }}{{ end }}'
          log:
            level: loud
        EOH
      }
      template {
        destination = "local/person.schema.json"
        data        = <<EOH
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
EOH
      }
      env {
        DSN = "memory"
      }
    }
  }
}
