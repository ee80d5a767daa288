#!/bin/sh
case "$1" in
  production)
    exec kratos serve -c /etc/config/kratos.yml --watch-courier
    ;;
  *)
    exec kratos serve -c /etc/config/kratos.yml --dev --watch-courier
    ;;
esac
