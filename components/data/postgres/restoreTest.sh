set -eu
. ./chooseDump.sh
expected=$(gzip -dc "$dump" | awk '
    copying && /^\\\.$/ { copying = 0; next }
    copying { rows++; next }
    /^COPY .* FROM stdin;$/ { copying = 1; next }
    /^CREATE (UNLOGGED )?TABLE / { tables++ }
    END { print tables + 0 " tables, " rows + 0 " rows" }')
cd "$SCRATCH_FOLDER"
export PGHOST="$SCRATCH_FOLDER" PGDATA="$SCRATCH_FOLDER/data" PGOPTIONS="-c client_min_messages=warning"
initdb --username="$PGUSER" --encoding=UTF8 --no-locale --auth=trust --no-sync > initdb.log
trap 'pg_ctl stop --silent --mode=immediate || true' EXIT
pg_ctl start --silent --wait --log=server.log --options="-k $SCRATCH_FOLDER -c listen_addresses= -c fsync=off" || { cat server.log >&2; exit 1; }
createdb --maintenance-db=postgres "$PGDATABASE"
gzip -dc "$DUMP_FOLDER/$dump" | into_database
sql() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }
# Tables that a dump has a statement for: neither the system's nor an extension's.
own_tables="FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"
tables=$(sql --command="SELECT count(*) $own_tables AND c.relkind IN ('r', 'p')")
counts=$(sql <<END
SELECT format('SELECT count(*) FROM %I.%I', n.nspname, c.relname) $own_tables AND c.relkind = 'r' \gexec
END
)
found="$tables tables, $(echo "$counts" | awk '{ rows += $1 } END { print rows + 0 }') rows"
echo "$dump: restored $found; the dump has $expected"
[ "$found" = "$expected" ] && [ "$tables" -gt 0 ]
