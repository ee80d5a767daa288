#!/bin/sh
set -e
mkdir -p deploy/auth
cat > deploy/auth/kratos.yml <<'EOF'
serve:
  public:
    base_url: https://auth.example.org/
identity:
  default_schema_id: person
  schemas:
    - id: person
      url: file:///etc/auth/person.schema.json
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
log:
  level: loud
EOF
