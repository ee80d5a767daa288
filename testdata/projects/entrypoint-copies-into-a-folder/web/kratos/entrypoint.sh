#!/usr/bin/env sh
set -eu
rm -rf /etc/config/kratos/*
cp /usr/bin/app/kratos/identity.schema.json /etc/config/kratos
envsubst '${APP_URL}, ${MAPPER}' < /usr/bin/app/kratos/kratos.template.yaml > /etc/config/kratos/kratos.yaml
. "/usr/bin/app/kratos/setup.sh" || exit 1
exec kratos $@
