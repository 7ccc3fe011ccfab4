#!/bin/sh
# Starts NATS as the published image does: options alone are arguments of nats-server.
set -e
case ${1:-} in
    -*) set -- nats-server "$@" ;;
esac
exec "$@"
