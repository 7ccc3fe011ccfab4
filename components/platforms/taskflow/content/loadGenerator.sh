# The question marks of the paths are no patterns.
set -f
while :; do
    for path in $PATHS; do
        wget -q -O /dev/null "$BASE_URL$path"
    done
    sleep 0.1
done 2>/dev/null &
loop=$!
# The time limit holds even while a request hangs, and SIGTERM, which process 1 ignores by default, ends both.
trap 'kill "$loop" "$clock" 2>/dev/null' EXIT
trap 'exit 0' TERM INT
sleep "$DURATION_SECONDS" &
clock=$!
wait "$clock"
exit 0
