#!/bin/sh
set -eu

cat > /etc/kratos/person.schema.json <<'EOF'
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
          "ory.sh/kratos": { "credentials": { "password": { "identifer": true } } }
        }
      }
    }
  }
}
EOF

cat > /etc/kratos/kratos.yml <<EOF
dsn: postgres://kratos:${PASSWORD}@db:5432/kratos
serve:
  public:
    base_url: https://${DOMAIN}/
identity:
  default_schema_id: person
  schemas:
    - id: person
      url: file:///etc/kratos/person.schema.json
secrets:
  cookie:
    - $(openssl rand -hex 16)
selfservice:
  default_browser_return_url: https://${DOMAIN}/
  methods:
    password:
      enabled: yes please
  flows:
    login:
      ui_url: `hostname`/login
    errors:
      ui_url: https://${DOMAIN}/error
EOF

exec kratos serve -c /etc/kratos/kratos.yml --watch-courier
