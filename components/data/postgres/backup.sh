set -eu
umask 077
cd "$DUMP_FOLDER"
prefix=${DUMP_PREFIX:-$PGDATABASE-}
dump="$prefix$(date -u "+${DUMP_TIME:-%Y-%m-%dT%H-%M-%SZ}").sql.gz"
# What an interrupted run left behind; no two run at a time.
rm -f ./*.partial
trap 'rm -f "$dump.partial"' EXIT
. ./waitForServer.sh
pg_dump --no-password --clean --if-exists --compress=6 --file="$dump.partial"
gzip -t < "$dump.partial"
sync
mv "$dump.partial" "$dump"
echo "wrote $dump, $(wc -c < "$dump") bytes"
# shellcheck disable=SC2010 # names of dumps have no spaces
ls | grep "^$prefix.*\.sql\.gz$" | sort | head -n "-${KEEP_NEWEST:-1}" | while read -r old; do
    find "$old" -mmin "+$(( RETENTION_DAYS * 24 * 60 ))" -exec rm -f {} \; -exec echo removed {} \;
done
