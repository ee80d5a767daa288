#!/usr/bin/env bash
cd chart
helm upgrade --install \
  --namespace=auth --create-namespace \
  --values=../env/prod.yaml \
  kratos ./
