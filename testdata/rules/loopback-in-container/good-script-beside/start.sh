#!/bin/sh
node /api/server.js &
kratos serve -c /etc/config/kratos/kratos.yml
