#!/bin/sh
exec kratos "$@"
