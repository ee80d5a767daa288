#!/bin/sh
set -eu
export DSN="postgres://$DB_USER:$DB_PASSWORD@db:5432/kratos"
kratos migrate sql -e --yes
export SELFSERVICE_DEFAULT_BROWSER_RETURN_URL="https://$SITE/"
exec "$@"
