#!/bin/sh
set -e
envsubst < /etc/kratos/kratos.tmpl.yml > /tmp/kratos.yml
exec kratos -c /tmp/kratos.yml "$@"
