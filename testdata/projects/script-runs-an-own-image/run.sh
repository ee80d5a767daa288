#!/bin/sh
name=acorn
docker build --build-arg KRATOS_VERSION=v1.2.0 -t $name:local .
docker run --rm -it --env-file .env $name:local all
