#!/bin/sh
# Starts Redis as the published image does: options or a file of configuration alone are arguments of redis-server.
set -e
case ${1:-} in
    -* | *.conf) set -- redis-server "$@" ;;
esac
# What the server writes is for its own user.
[ "$(umask)" != 0022 ] || umask 0077
exec "$@"
