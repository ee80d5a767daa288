#!/bin/sh
KRATOS_IMAGE="${KRATOS_IMAGE:-oryd/kratos:v1.1.0}"
docker run --rm -p 4433:4433 -v "$PWD/auth:/etc/config" "$KRATOS_IMAGE" serve -c /etc/config/kratos.yml --watch-courier
