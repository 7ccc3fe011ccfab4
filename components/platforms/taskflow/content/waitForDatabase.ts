import { connectionDefaults } from "../../../data/postgres/shell";
import { requireSeconds } from "../../../kit/seconds";

/** Limits of the script of initContainer `wait-for-db`. */
export interface WaitForDatabaseOptions {
    /** Seconds until the script gives up. @default 120 */
    timeoutSeconds?: number;
    /** Table that must exist. @default "tasks" */
    table?: string;
}

/**
 * Script that ends 0 once PostgreSQL answers and the table exists, and 1 with the reason after the time limit.
 *
 * Reads DATABASE_HOST, DATABASE_PORT, DATABASE_USER, DATABASE_NAME and PGPASSWORD; needs pg_isready and psql.
 *
 * @throws when a limit or the table's name is not allowed.
 */
export function waitForDatabaseScript({ timeoutSeconds = 120, table = "tasks" }: WaitForDatabaseOptions = {}): string {
    requireSeconds("timeoutSeconds", timeoutSeconds);
    if (!/^[a-z_][a-z0-9_]*$/.test(table)) {
        throw new Error(`table is "${table}"; allowed are lower-case letters, digits and underscores.`);
    }
    return `\
set -u
${connectionDefaults}
deadline=$(( $(date +%s) + ${timeoutSeconds} ))
while :; do
    if ! pg_isready --quiet --timeout=3; then
        reason="no connections accepted"
    elif ! answer=$(psql --no-psqlrc --no-password --tuples-only --no-align --command="SELECT to_regclass('${table}') IS NOT NULL" 2>&1); then
        reason="$answer"
    elif [ "$answer" = t ]; then
        echo "database $PGDATABASE on $PGHOST:$PGPORT is ready"
        exit 0
    else
        reason="table ${table} does not exist"
    fi
    if [ "$(date +%s)" -ge "$deadline" ]; then
        echo "database $PGDATABASE on $PGHOST:$PGPORT is not ready after ${timeoutSeconds} s: $reason" >&2
        exit 1
    fi
    echo "waiting for database $PGDATABASE on $PGHOST:$PGPORT: $reason"
    sleep 1
done
`;
}
