set -eu
for sum in "$SUM_FOLDER"/*.sha256; do
    name=${sum##*/}
    dump=${name%.sha256}
    # The checksum goes last: where it is, the dump is whole.
    mc stat "$TARGET/$name" > /dev/null 2>&1 && continue
    mc cp --quiet --checksum SHA256 "$DUMP_FOLDER/$dump" "$TARGET/$dump"
    mc cp --quiet --checksum SHA256 "$sum" "$TARGET/$name"
done
