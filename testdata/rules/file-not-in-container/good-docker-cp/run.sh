#!/bin/sh
docker create --name auth \
  --mount type=bind,source="$(pwd)",target=/home/ory \
  oryd/kratos:v1.3.1 serve -c /home/ory/kratos.yml
docker cp identity.schema.json auth:/etc/config/kratos/
docker start auth
