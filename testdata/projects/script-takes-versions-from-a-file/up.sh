#!/bin/sh
. ./versions.env
docker run -d -e DSN=memory -v "$(pwd)/auth:/etc/config/kratos" "oryd/kratos:${KRATOS_VERSION}" serve -c /etc/config/kratos/kratos.yml --dev --watch-courier
