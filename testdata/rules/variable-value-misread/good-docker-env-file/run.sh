#!/bin/sh
docker run -d --env-file auth.env -v ./:/etc/config/kratos \
  oryd/kratos:v1.3.1 serve -c /etc/config/kratos/kratos.yml
