#!/bin/sh
curl -L https://github.com/ory/kratos/releases/download/v1.3.1/kratos_1.3.1-linux_64bit.tar.gz | tar xz -C /usr/local/bin kratos
