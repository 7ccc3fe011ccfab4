set -eu
cd "$DUMP_FOLDER"
# shellcheck disable=SC2010 # names of dumps have no spaces
newest=$(ls | grep "^$DUMP_PREFIX.*\.sql\.gz$" | sort | tail -n "$NEWEST_DUMPS")
[ -n "$newest" ] || { echo "there is no dump in $DUMP_FOLDER" >&2; exit 1; }
for dump in $newest; do
    gzip -t "$dump"
    sha256sum "$dump" > "$SUM_FOLDER/$dump.sha256"
done
