set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # Prepared beside its place and moved there in one step: a first start that is cut short at any moment leaves nothing that
    # could be taken for a database, and the next one begins anew.
    rm -rf "$PGDATA.prepared"
    PGDATA="$PGDATA.prepared" docker-ensure-initdb.sh postgres "$@"
    [ ! -e "$PGDATA" ] || rmdir "$PGDATA"
    mv "$PGDATA.prepared" "$PGDATA"
fi
exec docker-entrypoint.sh postgres "$@"
