#!/bin/sh
cd /opt/auth
wget https://github.com/ory/kratos/releases/download/v1.1.0/kratos_1.1.0-linux_64bit.tar.gz
tar xzf kratos_1.1.0-linux_64bit.tar.gz
./kratos serve -c /opt/auth/kratos.yml
