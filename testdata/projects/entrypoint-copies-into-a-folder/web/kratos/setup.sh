#!/usr/bin/env sh
PROVIDERS="["
if [ -n "$GITHUB_ID" ]; then
    PROVIDERS="${PROVIDERS}{\"id\":\"github\"},"
fi
export SELFSERVICE_METHODS_OIDC_CONFIG_PROVIDERS="${PROVIDERS::-1}]"
