#!/bin/sh
helm upgrade --install id ory/kratos --version 0.48.0 -f values.yaml -f live.yaml \
  --set kratos.config.dsn="$DSN",kratos.config.log.level=info
