set -eu
. ./chooseDump.sh
. ./waitForServer.sh
# A session that keeps its locks must not hold the restore up for ever.
export PGOPTIONS="-c lock_timeout=60s -c client_min_messages=warning"
gzip -dc "$dump" | into_database
echo "restored $dump"
