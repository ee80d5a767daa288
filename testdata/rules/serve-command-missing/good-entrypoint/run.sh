#!/bin/sh
docker run -v "$(pwd):/etc/config/kratos" --entrypoint /bin/sh oryd/kratos:v1.3.1 \
  -c "kratos migrate sql -e --yes && kratos serve -c /etc/config/kratos/kratos.yml"
