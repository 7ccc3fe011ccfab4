set -u
. ./sentinelGroup.sh
self=$(own_of "$SENTINELS")
umask 077
file=$SENTINEL_FOLDER/sentinel-${HOSTNAME##*-}.conf
if [ ! -s "$file" ]; then
    leader=$(primary) || leader=${SERVERS%% *}
    until ask "$leader" PING | grep -q PONG; do
        echo "waiting for $leader"
        sleep 1
        leader=$(primary) || leader=${SERVERS%% *}
    done
    # Failing over begins after five seconds of silence, and anew after half a minute when it got stuck.
    cat > "$file.new" <<CONFIGURATION
port ${self##*:}
dir $SENTINEL_FOLDER
protected-mode no
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel announce-ip ${self%:*}
sentinel announce-port ${self##*:}
sentinel myid $(printf %s "$self" | sha1sum | cut -c1-40)
sentinel monitor $GROUP ${leader%:*} ${leader##*:} $QUORUM
sentinel down-after-milliseconds $GROUP 5000
sentinel failover-timeout $GROUP 30000
sentinel parallel-syncs $GROUP 1
${REDIS_PASSWORD:+sentinel auth-pass $GROUP $REDIS_PASSWORD}
${REDIS_PASSWORD:+sentinel sentinel-pass ${PREVIOUS_PASSWORD:-$REDIS_PASSWORD}}
${REDIS_PASSWORD:+user default on ~* &* +@all >$REDIS_PASSWORD >${PREVIOUS_PASSWORD:-$REDIS_PASSWORD}}
CONFIGURATION
    mv "$file.new" "$file"
fi
exec redis-server "$file" --sentinel "$@"
