#!/bin/sh
export KRATOS_TAG=v1.2.0
kustomize build k8s | envsubst | kubectl apply -f -
