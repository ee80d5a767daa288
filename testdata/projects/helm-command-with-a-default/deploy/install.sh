#!/usr/bin/env bash
set -eu
CHART_VERSION="${KRATOS_CHART_VERSION:-0.43.1}"
helm repo add ory https://k8s.ory.sh/helm/charts
helm upgrade --install kratos ory/kratos --namespace "${NAMESPACE:-auth}" \
  --version "${CHART_VERSION}" -f deploy/kratos.yaml
