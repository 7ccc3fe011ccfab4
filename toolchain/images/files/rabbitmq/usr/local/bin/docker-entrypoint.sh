#!/bin/sh
# Starts RabbitMQ as the published image does: its settings come from /etc/rabbitmq, its log goes to standard output.
set -eu
if [ "${1:-}" = rabbitmq-server ] && [ "$(id -u)" = 0 ]; then
    echo 'docker-entrypoint.sh: the server does not run as root; start the container as user 999' >&2
    exit 1
fi
for variable in RABBITMQ_DEFAULT_PASS_FILE RABBITMQ_DEFAULT_USER_FILE RABBITMQ_VM_MEMORY_HIGH_WATERMARK; do
    if eval "[ -n \"\${$variable:-}\" ]"; then
        echo "docker-entrypoint.sh: $variable is no longer supported; write it into /etc/rabbitmq/conf.d" >&2
        exit 1
    fi
done
exec "$@"
