cd "$DUMP_FOLDER" || exit 1
# shellcheck disable=SC2010 # names of dumps have no spaces
dump="${RESTORE_FILE:-$(ls | grep "^${DUMP_PREFIX:-$PGDATABASE-}.*\.sql\.gz$" | sort | tail -n 1)}"
if [ -z "$dump" ] || [ ! -f "$dump" ]; then
    echo "there is no dump ${dump:-of $PGDATABASE} in $DUMP_FOLDER; there are:" >&2
    ls >&2
    exit 1
fi
# psql would take a damaged file's end for the end of the dump, and commit half of it.
if ! gzip -t "$dump" || ! gzip -dc "$dump" | tail -n 10 | grep -q "PostgreSQL database dump complete"; then
    echo "$dump is damaged; nothing was changed" >&2
    exit 1
fi
# Takes SQL from its input, as a whole or not at all.
into_database() { psql --no-psqlrc --no-password --quiet --output=/dev/null --single-transaction --set=ON_ERROR_STOP=1; }
