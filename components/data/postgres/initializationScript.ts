import { requireSeconds } from "../../kit/seconds";
import { connectionDefaults } from "./shell";

/** Paths and limits of the initialization Job's script. */
export interface InitDatabaseOptions {
    /** Path of init.sql in the container. @default "/docker-entrypoint-initdb.d/init.sql" */
    file?: string;
    /** Seconds until the script gives up waiting for PostgreSQL. @default 120 */
    timeoutSeconds?: number;
}

/**
 * Script that waits for PostgreSQL and runs init.sql.
 *
 * Reads DATABASE_HOST, DATABASE_PORT, DATABASE_USER, DATABASE_NAME, POSTGRES_PASSWORD and, for a rotation,
 * PREVIOUS_PASSWORD: while the server knows the previous password only, the script logs in with that one and
 * init.sql sets the current one.
 *
 * @throws when a limit or the path is not allowed.
 */
export function initDatabaseScript(options: InitDatabaseOptions = {}): string {
    const { file = "/docker-entrypoint-initdb.d/init.sql", timeoutSeconds = 120 } = options;
    requireSeconds("timeoutSeconds", timeoutSeconds);
    if (!/^[\w./-]+$/.test(file)) {
        throw new Error(`file is "${file}"; allowed are letters, digits and the characters . / _ -`);
    }
    return `\
set -u
${connectionDefaults}
deadline=$(( $(date +%s) + ${timeoutSeconds} ))
reason="POSTGRES_PASSWORD is empty"
while :; do
    for candidate in "$POSTGRES_PASSWORD" "\${PREVIOUS_PASSWORD:-}"; do
        [ -n "$candidate" ] || continue
        export PGPASSWORD="$candidate"
        if reason=$(psql --no-psqlrc --no-password --quiet --command="SELECT" 2>&1); then
            exec psql --no-psqlrc --no-password --set=ON_ERROR_STOP=1 --file="${file}"
        fi
    done
    if [ "$(date +%s)" -ge "$deadline" ]; then
        echo "database $PGDATABASE on $PGHOST:$PGPORT is not ready after ${timeoutSeconds} s: $reason" >&2
        exit 1
    fi
    sleep 1
done
`;
}
