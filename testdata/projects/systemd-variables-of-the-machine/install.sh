#!/bin/sh
set -e
curl -sSfL https://github.com/ory/kratos/releases/download/v1.2.0/kratos_1.2.0-linux_64bit.tar.gz | tar xz -C /usr/local/bin kratos
cp -r etc/kratos /etc/
cp etc/systemd/system/kratos.service /etc/systemd/system/
