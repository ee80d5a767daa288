#!/bin/sh
kratos migrate sql -e --yes
cp /etc/config/auth/kratos.yml /tmp/kratos.yml
sed -i "s/\${HOOK_SECRET}/${HOOK_SECRET}/g" /tmp/kratos.yml
exec kratos serve -c /tmp/kratos.yml --watch-courier
