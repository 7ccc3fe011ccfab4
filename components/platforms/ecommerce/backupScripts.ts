import { mysqlDataMount } from "../../data/mysql/mysql";

/** Folder of dumps in the pods. */
export const dumpFolder = "/dump";

/** Where a pod sees the data of a MySQL server. */
export const dataFolder = mysqlDataMount.path;

/** Options of a consistent dump; of a server with a binary log it says in a comment where that log goes on. */
export function dumpOptions(binaryLog: boolean): string {
    return ["--single-transaction", "--quick", "--no-tablespaces", "--triggers", "--events", ...(binaryLog ? ["--source-data=2"] : [])].join(" ");
}

/**
 * Writes a compressed dump, whose name is its time, to an empty folder. The password comes to the client in a file:
 * every process of the node could read it from a command line.
 */
export const dumpScript = `set -euo pipefail
umask 077
printf '[client]\\nprotocol=tcp\\nhost=%s\\nport=%s\\nuser=%s\\npassword=%s\\n' "$DB_HOST" "$DB_PORT" "$DB_USERNAME" "$DB_PASSWORD" > /tmp/client.cnf
file="${dumpFolder}/$(date -u +%Y-%m-%dT%H%M%SZ).sql.gz"
mysqldump --defaults-extra-file=/tmp/client.cnf $DUMP_OPTIONS "$DB_DATABASE" | gzip > "$file"
gzip --test "$file"
gunzip --stdout "$file" | tail -n 1 | grep -q "^-- Dump completed"
`;

/**
 * Copies binary logs that the bucket has not, or has with another size: the last one still grows. The folder bears the
 * server's own id, because a new server counts its logs from the beginning. `$TARGET` is a folder of the bucket.
 */
export const binaryLogScript = `set -eu
server=''
while IFS='=' read -r key value; do
    [ "$key" != server-uuid ] || server=$value
done < ${dataFolder}/auto.cnf
[ -n "$server" ] || { echo "${dataFolder}/auto.cnf names no server-uuid; has the server started?" >&2; exit 1; }
there=$(mc --json ls "$TARGET/$server/" || true)
for log in ${dataFolder}/binlog.[0-9]*; do
    name=\${log##*/}
    size=$(stat -c %s "$log")
    case $there in
        *"\\"size\\":$size,\\"key\\":\\"$name\\""*) ;;
        *) mc cp "$log" "$TARGET/$server/$name" ;;
    esac
done
`;

/** Fetches the newest dump of every service that `$SERVICES` names; a service without one fails the test. */
export const fetchScript = `set -eu
for service in $SERVICES; do
    newest=''
    for found in $(mc find "$TARGET/$service/" --name '*.sql.gz'); do
        [ "$found" \\< "$newest" ] || newest=$found
    done
    [ -n "$newest" ] || { echo "$service has no dump in $TARGET" >&2; exit 1; }
    mc cp "$newest" "${dumpFolder}/$service.sql.gz"
done
`;

/**
 * Restores each dump into a server that nobody else can reach and that ends with the pod, and compares the number of
 * tables with that of the dump.
 */
export const restoreTestScript = `set -euo pipefail
umask 077
socket=/tmp/mysql.sock
server() { mysqld --no-defaults --datadir=${dataFolder}/data --socket=$socket --pid-file=/tmp/mysqld.pid --skip-networking "$@"; }
sql() { mysql --no-defaults --socket=$socket --user=root --skip-column-names --batch "$@"; }
server --initialize-insecure
server --skip-log-bin --mysqlx=OFF &
trap 'kill $! 2>/dev/null; wait' EXIT
until sql --execute 'SELECT 1' > /dev/null 2>&1; do
    kill -0 $! || { echo 'the server has ended' >&2; exit 1; }
    sleep 1
done
for dump in ${dumpFolder}/*.sql.gz; do
    service=\${dump##*/}
    service=\${service%.sql.gz}
    sql --execute "CREATE DATABASE \\\`$service\\\`"
    gunzip --stdout "$dump" | sql "$service"
    expected=$(gunzip --stdout "$dump" | grep -c '^CREATE TABLE' || true)
    found=$(sql --execute "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '$service' AND table_type = 'BASE TABLE'")
    echo "$service: $found of $expected tables"
    [ "$found" -eq "$expected" ] && [ "$found" -gt 0 ] || exit 1
    sql --execute "DROP DATABASE \\\`$service\\\`"
done
`;
