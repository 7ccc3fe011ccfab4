set -eu
for file in "$STREAM_FOLDER"/*.json; do
    stream=${file##*/}
    stream=${stream%.json}
    if nats stream info "$stream" --json >/dev/null 2>&1; then
        nats stream edit "$stream" --config "$file" --force
    else
        nats stream add "$stream" --config "$file"
    fi
done
