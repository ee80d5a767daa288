#!/bin/sh
mkdir -p /etc/config/kratos
for f in /tpl/*; do
  envsubst < "$f" > "/etc/config/kratos/$(basename "$f")"
done
exec kratos serve -c /etc/config/kratos/kratos.yml --dev --watch-courier
