set -eu
for service in $SERVICES; do
    newest=''
    for found in $(mc find "$TARGET/$service/" --name '*.sql.gz'); do
        # shellcheck disable=SC3012 # dash, busybox and bash know it, and the image has no program that sorts
        [ "$found" \< "$newest" ] || newest=$found
    done
    [ -n "$newest" ] || { echo "$service has no dump in $TARGET" >&2; exit 1; }
    mc cp "$newest" "$DUMP_FOLDER/$service.sql.gz"
done
