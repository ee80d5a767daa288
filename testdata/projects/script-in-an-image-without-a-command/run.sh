#!/bin/sh
docker build -t acorn/all .
docker run --rm -it --env-file .env acorn/all init
