#!/bin/sh
sed "s|@COOKIE@|$COOKIE|g" /etc/auth/kratos.yml > /tmp/kratos.yml
exec "$@"
