#!/bin/sh
# Starts PostgreSQL as the published image does: the first start of an empty PGDATA makes the cluster, the user and the database
# that the variables name, and runs what lies in /docker-entrypoint-initdb.d before anybody can connect over the network.
set -eu

fail() {
    echo "docker-entrypoint.sh: $1" >&2
    exit 1
}

# variable NAME [DEFAULT]: NAME may also be given as NAME_FILE, the path of a file that holds the value.
variable() {
    value='' file=''
    eval "value=\${$1:-} file=\${$1_FILE:-}"
    [ -z "$value" ] || [ -z "$file" ] || fail "$1 and $1_FILE are both set; set one of them"
    [ -z "$file" ] || value=$(cat "$file")
    export "$1=${value:-${2:-}}"
    unset "$1_FILE"
}

# The server of the first start listens on its socket only.
sql() {
    PGHOST='' psql -v ON_ERROR_STOP=1 --no-password --no-psqlrc --username "$POSTGRES_USER" "$@"
}

initialise() {
    variable POSTGRES_PASSWORD
    variable POSTGRES_USER postgres
    variable POSTGRES_DB "$POSTGRES_USER"
    variable POSTGRES_INITDB_ARGS
    method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
    [ -n "$POSTGRES_PASSWORD" ] || [ "$method" = trust ] ||
        fail 'POSTGRES_PASSWORD is empty; give the superuser a password, or set POSTGRES_HOST_AUTH_METHOD=trust'
    password=$(mktemp)
    printf '%s\n' "$POSTGRES_PASSWORD" >"$password"
    # shellcheck disable=SC2086 # several arguments in one variable are this variable's contract
    initdb --pgdata "$PGDATA" --username "$POSTGRES_USER" --pwfile "$password" ${POSTGRES_INITDB_WALDIR:+--waldir "$POSTGRES_INITDB_WALDIR"} \
        $POSTGRES_INITDB_ARGS
    rm -f "$password"
    printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
    printf "\nlisten_addresses = '*'\nunix_socket_directories = '/var/run/postgresql,/tmp'\n" >>"$PGDATA/postgresql.conf"
    pg_ctl --pgdata "$PGDATA" --options "-c listen_addresses='' -p ${PGPORT:-5432}" --wait start
    export PGPASSWORD="$POSTGRES_PASSWORD"
    [ "$POSTGRES_DB" = postgres ] ||
        sql --dbname postgres --set=name="$POSTGRES_DB" --file=- <<'SQL'
SELECT format('CREATE DATABASE %I', :'name') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name')
\gexec
SQL
    for script in /docker-entrypoint-initdb.d/*; do
        # shellcheck source=/dev/null
        case $script in
            *.sh) if [ -x "$script" ]; then "$script"; else . "$script"; fi ;;
            *.sql) sql --dbname "$POSTGRES_DB" --file "$script" ;;
            *.sql.gz) gunzip -c "$script" | sql --dbname "$POSTGRES_DB" ;;
            *) continue ;;
        esac
        echo "ran $script"
    done
    unset PGPASSWORD
    pg_ctl --pgdata "$PGDATA" --mode fast --wait stop
}

case ${1:-} in
    -*) set -- postgres "$@" ;;
esac
[ "${1:-}" = postgres ] || exec "$@"
[ "$(id -u)" != 0 ] || fail 'the server does not run as root; start the container as user 70'
mkdir -p "$PGDATA"
chmod 00700 "$PGDATA" 2>/dev/null || true
[ -s "$PGDATA/PG_VERSION" ] || initialise
[ -z "${PREPARE_ONLY:-}" ] || exit 0
exec "$@"
