set -u
. ./connection.sh
timeout=${TIMEOUT_SECONDS:-120}
deadline=$(( $(date +%s) + timeout ))
reason="POSTGRES_PASSWORD is empty"
while :; do
    for candidate in "$POSTGRES_PASSWORD" "${PREVIOUS_PASSWORD:-}"; do
        [ -n "$candidate" ] || continue
        export PGPASSWORD="$candidate"
        if reason=$(psql --no-psqlrc --no-password --quiet --command="SELECT" 2>&1); then
            exec psql --no-psqlrc --no-password --set=ON_ERROR_STOP=1 --file="${INIT_FILE:-/docker-entrypoint-initdb.d/init.sql}"
        fi
    done
    if [ "$(date +%s)" -ge "$deadline" ]; then
        echo "database $PGDATABASE on $PGHOST:$PGPORT is not ready after $timeout s: $reason" >&2
        exit 1
    fi
    sleep 1
done
