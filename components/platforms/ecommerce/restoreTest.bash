set -euo pipefail
umask 077
socket=/tmp/mysql.sock
server() { mysqld --no-defaults --datadir="$DATA_FOLDER/data" --socket=$socket --pid-file=/tmp/mysqld.pid --skip-networking "$@"; }
sql() { mysql --no-defaults --socket=$socket --user=root --skip-column-names --batch "$@"; }
server --initialize-insecure
server --skip-log-bin --mysqlx=OFF &
trap 'kill $! 2>/dev/null; wait' EXIT
until sql --execute 'SELECT 1' > /dev/null 2>&1; do
    kill -0 $! || { echo 'the server has ended' >&2; exit 1; }
    sleep 1
done
for dump in "$DUMP_FOLDER"/*.sql.gz; do
    service=${dump##*/}
    service=${service%.sql.gz}
    sql --execute "CREATE DATABASE \`$service\`"
    gunzip --stdout "$dump" | sql "$service"
    expected=$(gunzip --stdout "$dump" | grep -c '^CREATE TABLE' || true)
    found=$(sql --execute "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '$service' AND table_type = 'BASE TABLE'")
    echo "$service: $found of $expected tables"
    [ "$found" -eq "$expected" ] && [ "$found" -gt 0 ] || exit 1
    sql --execute "DROP DATABASE \`$service\`"
done
