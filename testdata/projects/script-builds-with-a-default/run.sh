#!/bin/sh
name=acorn
tag=${KRATOS_VERSION:-"latest"}
docker build --build-arg="KRATOS_VERSION=$tag" -t $name:local .
docker run --rm -it --env-file .env $name:local all
