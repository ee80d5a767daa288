#!/usr/bin/env bash
VERSION=v1.2.0
args=(
  --name kratos
  -v "$PWD/conf:/etc/config/kratos"
  -e DSN="postgres://kratos:pw@db/kratos"
  -p 4433:4433
)
docker run -d "${args[@]}" "oryd/kratos:${VERSION}" serve -c /etc/config/kratos/kratos.yml --dev --watch-courier
