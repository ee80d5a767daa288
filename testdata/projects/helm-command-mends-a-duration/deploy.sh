#!/bin/sh
helm upgrade --install kratos ory/kratos --version 0.52.0 -f values.yaml \
  --set kratos.config.session.lifespan=720h \
  --set 'kratos.config.selfservice.allowed_return_urls[0]=https://bramble.test' \
  --set kratos.config.secrets.cookie[0]="$COOKIE"
