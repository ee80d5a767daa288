#!/bin/sh
docker run -d -e SERVE_PUBLIC_BASE_URL=https://auth.example.com/ --env-file auth.env -v ./:/etc/config/kratos \
  oryd/kratos:v1.3.1 serve -c /etc/config/kratos/kratos.yml
