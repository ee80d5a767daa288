#!/bin/sh
docker build -t acme/kratos auth
docker run -d -e DSN=postgres://kratos:pw@db:5432/kratos acme/kratos serve -c /etc/config/kratos/kratos.yml --dev --watch-courier
