#!/bin/sh
curl -sL https://github.com/ory/kratos/releases/download/v1.1.0/kratos_1.1.0-linux_64bit.tar.gz | tar xz
