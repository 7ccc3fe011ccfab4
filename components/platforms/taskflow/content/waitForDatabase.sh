set -u
. ../../../data/postgres/connection.sh
timeout=${TIMEOUT_SECONDS:-120}
deadline=$(( $(date +%s) + timeout ))
while :; do
    if ! pg_isready --quiet --timeout=3; then
        reason="no connections accepted"
    elif ! answer=$(psql --no-psqlrc --no-password --tuples-only --no-align --command="SELECT to_regclass('tasks') IS NOT NULL" 2>&1); then
        reason="$answer"
    elif [ "$answer" = t ]; then
        echo "database $PGDATABASE on $PGHOST:$PGPORT is ready"
        exit 0
    else
        reason="table tasks does not exist"
    fi
    if [ "$(date +%s)" -ge "$deadline" ]; then
        echo "database $PGDATABASE on $PGHOST:$PGPORT is not ready after $timeout s: $reason" >&2
        exit 1
    fi
    echo "waiting for database $PGDATABASE on $PGHOST:$PGPORT: $reason"
    sleep 1
done
