#!/bin/sh
set -e
helm repo add ory https://k8s.ory.sh/helm/charts
helm upgrade --install auth ory/kratos --namespace auth \
  -f prod.yaml --version 0.43.1 --wait
