#!/bin/sh
podman pod create auth
podman run -d --pod auth docker.io/library/mysql:8
podman run -d --pod auth -v ./:/etc/config/kratos oryd/kratos:v1.3.1 serve -c /etc/config/kratos/kratos.yml
