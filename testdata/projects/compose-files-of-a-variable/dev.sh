#!/usr/bin/env bash
COMPOSE="docker compose -f compose.yml -f compose.dev.yml"
$COMPOSE up -d
