#!/bin/sh
KRATOS=v1.1.0
sudo -E docker run -d -e DSN -v `pwd`/auth:/etc/config/kratos "oryd/kratos:$KRATOS" serve -c /etc/config/kratos/kratos.yml --dev --watch-courier
