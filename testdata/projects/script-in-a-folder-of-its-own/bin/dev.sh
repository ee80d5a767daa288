#!/usr/bin/env bash
set -e
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export DSN=memory
kratos serve --dev --watch-courier -c "$ROOT/auth/kratos.yml"
