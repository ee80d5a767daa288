#!/bin/sh
helm secrets upgrade --install kratos ory/kratos --version 0.47.0 -f values.yaml -f secrets://secrets.enc.yaml
