#!/bin/sh
helm upgrade kratos ory/kratos -f values.yaml $MORE
