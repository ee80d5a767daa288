#!/bin/sh
docker run -v ./kratos.yml:/etc/kratos.yml -v./:/home/ory --rm -tdi -p4433:4433 \
  oryd/kratos:v1.3.1 serve -c /etc/kratos.yml
