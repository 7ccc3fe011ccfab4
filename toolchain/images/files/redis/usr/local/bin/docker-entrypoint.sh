#!/bin/sh
# Starts Redis as the published image does: options or a file of configuration alone are arguments of redis-server.
set -e
case ${1:-} in
    -* | *.conf) set -- redis-server "$@" ;;
esac
# A server of the published image answers other hosts without a password too: it is built so. An option of the caller's comes later and wins.
if [ "${1:-}" = redis-server ] && case "${2:-}" in -* | '') ;; *) false ;; esac; then
    shift
    set -- redis-server --protected-mode no "$@"
fi
# What the server writes is for its own user.
[ "$(umask)" != 0022 ] || umask 0077
exec "$@"
