#!/bin/sh
# Prepares an empty PGDATA as docker-entrypoint.sh does, and starts no server.
export PREPARE_ONLY=1
exec docker-entrypoint.sh "$@"
