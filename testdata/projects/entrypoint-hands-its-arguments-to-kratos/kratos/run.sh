#!/bin/sh
set -e
sed -e "s|\${SECRET_COOKIE}|$SECRET_COOKIE|g" -e "s|\${COOKIE_DOMAIN}|$COOKIE_DOMAIN|g" /etc/config/kratos/kratos.template.yml > /tmp/kratos.yml
exec kratos "$@"
