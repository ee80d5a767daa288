#!/bin/sh
cd /app/kratos || exit
(DSN=memory /usr/bin/kratos serve -c /app/kratos/kratos.yml --dev --watch-courier >> /tmp/log 2>&1 &)
exec node /app/ui.js
