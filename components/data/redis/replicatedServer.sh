set -u
. ./sentinelGroup.sh
self=$(own_of "$SERVERS")
hand_over() {
    for sentinel in $SENTINELS; do
        ask "$sentinel" SENTINEL FAILOVER "$GROUP" | grep -q OK && break
    done
    deadline=$(( $(date +%s) + 10 ))
    while [ "$leader" = "$self" ] && [ "$(date +%s)" -lt "$deadline" ]; do
        sleep 1
        leader=$(primary) || leader=$self
    done
}
if leader=$(primary); then
    if [ "$leader" = "$self" ]; then
        hand_over
    fi
else
    leader=${SERVERS%% *}
fi
if [ "$leader" = "$self" ]; then
    echo "starting as primary $self"
else
    echo "starting as replica $self of $leader"
    set -- --replicaof "${leader%:*} ${leader##*:}" "$@"
fi
set -- --port "${self##*:}" --replica-announce-ip "${self%:*}" --replica-announce-port "${self##*:}" "$@"
. ./server.sh
