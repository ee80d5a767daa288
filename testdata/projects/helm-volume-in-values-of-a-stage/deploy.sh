#!/bin/sh
helm upgrade kratos ory/kratos -f base.yaml -f "$VALUES"
