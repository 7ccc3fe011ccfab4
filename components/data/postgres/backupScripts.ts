/** How dumps are called, as the shell sees it; sorted by name they must be in the order of time. */
export interface DumpNames {
    /** What stands before the time, such as `backup-`. */
    readonly prefix: string;
    /** Format of the time for `date`, such as `%Y%m%d-%H%M`. */
    readonly time: string;
}

const defaultNames: DumpNames = { prefix: "$PGDATABASE-", time: "%Y-%m-%dT%H-%M-%SZ" };

/** Folder, names and age of the dumps. */
export interface BackupOptions {
    /** Folder that holds nothing but dumps. */
    readonly folder: string;
    /** Days after which a dump is removed, once a newer one exists. */
    readonly retentionDays: number;
    /** Dumps that are kept however old they are. @default 1 */
    readonly keepNewest?: number;
    /** @default the database's name and the time to the second */
    readonly names?: DumpNames;
}

/**
 * Script that writes one dump, as SQL in gzip, and removes the old ones. Reads libpq's variables (PGHOST, PGPORT,
 * PGDATABASE, PGUSER, PGPASSWORD). A dump gets its name when it is complete; after a failure all older dumps are kept.
 *
 * @throws RangeError when the retention is not a whole number from 1 to 3650
 */
export function backupScript({ folder, retentionDays, keepNewest = 1, names = defaultNames }: BackupOptions): string {
    if (!Number.isInteger(retentionDays) || retentionDays < 1 || retentionDays > 3650) {
        throw new RangeError(`retentionDays is ${retentionDays}; allowed are whole days from 1 to 3650`);
    }
    return `\
set -eu
umask 077
cd ${folder}
dump="${names.prefix}$(date -u +${names.time}).sql.gz"
# What an interrupted run left behind; no two run at a time.
rm -f ./*.partial
trap 'rm -f "$dump.partial"' EXIT
pg_dump --no-password --clean --if-exists --compress=6 --file="$dump.partial"
gzip -t < "$dump.partial"
sync
mv "$dump.partial" "$dump"
echo "wrote $dump, $(wc -c < "$dump") bytes"
ls | grep "^${names.prefix}.*\\.sql\\.gz$" | sort | head -n -${keepNewest} | while read -r old; do
    find "$old" -mmin +${retentionDays * 24 * 60} -exec rm -f {} \\; -exec echo removed {} \\;
done
`;
}

type Dumps = Pick<BackupOptions, "folder" | "names">;

/** Goes to the folder and sets `$dump` to a dump that is there and whole. */
function chooseDump({ folder, names = defaultNames }: Dumps): string {
    return `\
cd ${folder}
dump="\${RESTORE_FILE:-$(ls | grep "^${names.prefix}.*\\.sql\\.gz$" | sort | tail -n 1)}"
if [ -z "$dump" ] || [ ! -f "$dump" ]; then
    echo "there is no dump \${dump:-of $PGDATABASE} in ${folder}; there are:" >&2
    ls >&2
    exit 1
fi
# psql would take a damaged file's end for the end of the dump, and commit half of it.
if ! gzip -t "$dump" || ! gzip -dc "$dump" | tail -n 10 | grep -q "PostgreSQL database dump complete"; then
    echo "$dump is damaged; nothing was changed" >&2
    exit 1
fi
`;
}

const intoDatabase = "psql --no-psqlrc --no-password --quiet --output=/dev/null --single-transaction --set=ON_ERROR_STOP=1";

/**
 * Script that puts the database back to a dump, in one transaction: it succeeds as a whole or changes nothing.
 * Reads libpq's variables and RESTORE_FILE, the dump's name. @default the newest dump
 */
export function restoreScript(dumps: Dumps): string {
    return `\
set -eu
${chooseDump(dumps)}\
# A session that keeps its locks must not hold the restore up for ever.
export PGOPTIONS="-c lock_timeout=60s -c client_min_messages=warning"
gzip -dc "$dump" | ${intoDatabase}
echo "restored $dump"
`;
}

/** Tables that a dump has a statement for: neither the system's nor an extension's. */
const ownTables = "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    + "WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' "
    + "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')";

/**
 * Script that restores a dump into a server of its own, which nobody else can reach and which ends with the script, and
 * compares the number of tables and rows with what the dump says. A dump without a table fails.
 * Reads PGUSER, the owner of all that is in the dump, PGDATABASE and RESTORE_FILE.
 * @param scratchFolder empty folder for the server's data and its socket
 */
export function restoreTestScript(dumps: Dumps, scratchFolder: string): string {
    return `\
set -eu
${chooseDump(dumps)}\
expected=$(gzip -dc "$dump" | awk '
    copying && /^\\\\\\.$/ { copying = 0; next }
    copying { rows++; next }
    /^COPY .* FROM stdin;$/ { copying = 1; next }
    /^CREATE (UNLOGGED )?TABLE / { tables++ }
    END { print tables + 0 " tables, " rows + 0 " rows" }')
cd ${scratchFolder}
export PGHOST=${scratchFolder} PGDATA=${scratchFolder}/data
initdb --username="$PGUSER" --encoding=UTF8 --no-locale --auth=trust --no-sync > initdb.log
trap 'pg_ctl stop --silent --mode=immediate || true' EXIT
pg_ctl start --silent --wait --log=server.log --options="-k ${scratchFolder} -c listen_addresses= -c fsync=off" || { cat server.log >&2; exit 1; }
createdb --maintenance-db=postgres "$PGDATABASE"
gzip -dc "${dumps.folder}/$dump" | PGOPTIONS="-c client_min_messages=warning" ${intoDatabase}
sql() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }
tables=$(sql --command="SELECT count(*) ${ownTables} AND c.relkind IN ('r', 'p')")
counts=$(sql <<'END'
SELECT format('SELECT count(*) FROM %I.%I', n.nspname, c.relname) ${ownTables} AND c.relkind = 'r' \\gexec
END
)
found="$tables tables, $(echo "$counts" | awk '{ rows += $1 } END { print rows + 0 }') rows"
echo "$dump: restored $found; the dump has $expected"
[ "$found" = "$expected" ] && [ "$tables" -gt 0 ]
`;
}
