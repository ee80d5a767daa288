#!/bin/bash
docker run --rm -d --name kratos \
  -e DSN='postgres://kratos:geheim@db.example.org:5432/kratos' \
  -e SECRETS_COOKIE_0='Aquae9gohx2Ohxai5quaeC2ohShoh4ah' \
  -e SECRETS_CIPHER_0='Thee7ohfeiPhoh3Aitheng9ohPh4quai' \
  --mount type=bind,source="$(pwd)"/kratos,target=/etc/config/kratos,readonly \
  -p 4433:4433 \
  oryd/kratos:v1.3.1 \
  serve -c /etc/config/kratos/kratos.yml -c /etc/config/kratos/prod.yml
