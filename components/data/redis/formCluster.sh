set -u
timeout=${TIMEOUT_SECONDS:-240}
deadline=$(( $(date +%s) + timeout ))
ask() {
    endpoint=$1
    shift
    timeout 5 redis-cli -h "${endpoint%:*}" -p "${endpoint##*:}" "$@" 2>&1 | tr -d '\r'
}
expired() {
    [ "$(date +%s)" -lt "$deadline" ] && return 1
    echo "$1 after $timeout s" >&2
}
all=""
formed=""
strangers=""
for endpoint in $ENDPOINTS; do
    until [ "$(ask "$endpoint" PING)" = PONG ]; do
        expired "$endpoint does not answer" && exit 1
        sleep 1
    done
    address=$(ask "$endpoint" CLIENT INFO | sed 's/.* laddr=\([^ ]*\).*/\1/')
    info=$(ask "$endpoint" CLUSTER INFO)
    all="$all $address"
    case "$info" in
        *cluster_slots_assigned:16384*) formed=$address ;;
        *cluster_known_nodes:1[!0-9]*) strangers="$strangers $address" ;;
    esac
done
if [ -z "$formed" ]; then
    for address in $all; do
        ask "$address" CLUSTER RESET HARD
    done
    # shellcheck disable=SC2086 # a list of addresses
    redis-cli --cluster create $all --cluster-replicas "$REPLICAS_PER_MASTER" --cluster-yes || exit 1
else
    echo "the cluster exists"
    for address in $strangers; do
        redis-cli --cluster add-node "$address" "$formed" --cluster-slave || exit 1
    done
fi
for address in $all; do
    until ask "$address" CLUSTER INFO | grep -q cluster_state:ok; do
        expired "the cluster is not healthy for $address" && exit 1
        sleep 1
    done
done
echo "the cluster is healthy"
