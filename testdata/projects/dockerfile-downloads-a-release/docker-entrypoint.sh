#!/bin/sh
set -e
if [ -f /run/secrets/env ]; then
  . /run/secrets/env
fi
exec "$@"
