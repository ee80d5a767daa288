#!/bin/sh
export DSN=postgres://kratos:pw@localhost:5432/kratos
exec kratos serve -c id/kratos.conf --dev --watch-courier
