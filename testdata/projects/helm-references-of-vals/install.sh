#!/bin/sh
helm template kratos ory/kratos --version 0.47.0 -f values.yaml | vals eval -f - | kubectl apply -f -
