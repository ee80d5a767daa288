#!/bin/sh
docker build -t registry.example.org/kratos:latest ./kratos
docker push registry.example.org/kratos:latest
