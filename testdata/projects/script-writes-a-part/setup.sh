#!/bin/bash
# Usage: setup.sh > log <<EOF
cat > /tmp/more.yml <<EOF
selfservice:
  methods:
    oidc:
      enabled: $ENABLED
EOF
cat > deploy/kratos.yml <<'EOF'
identity:
  default_schema_id: person
selfservice:
  flows:
    logins: {}
EOF
cat >> deploy/other.yml <<'EOF'
identity:
  default_schema_id: person
selfservice:
  flows:
    logins: {}
EOF
kratos serve -c deploy/kratos.yml -c /tmp/more.yml
