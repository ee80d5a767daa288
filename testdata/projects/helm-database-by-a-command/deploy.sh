#!/bin/sh
helm upgrade kratos ory/kratos -f values.yaml --set-string "kratos.config.dsn=$DSN"
