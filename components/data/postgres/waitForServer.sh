# The firewalls of the other nodes learn a new pod's address a moment after it has begun, and refuse it until then; whoever does not
# wait, and is begun anew with another address, is refused each time. What keeps the server away for longer is told by the client.
waited=0
until pg_isready --quiet || [ "$waited" -ge "${WAIT_SECONDS:-60}" ]; do
    sleep 1
    waited=$((waited + 1))
done
