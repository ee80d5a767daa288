#!/bin/sh
docker run -d --name auth \
  --mount type=bind,source="$(pwd)",target=/home/ory \
  oryd/kratos:v1.3.1 serve -c /home/ory/kratos.yml
