set -euo pipefail
umask 077
printf '[client]\nprotocol=tcp\nhost=%s\nport=%s\nuser=%s\npassword=%s\n' "$DB_HOST" "$DB_PORT" "$DB_USERNAME" "$DB_PASSWORD" > /tmp/client.cnf
# The firewalls of the other nodes learn a new pod's address a moment after it has begun, and refuse it until then.
for _ in {1..60}; do
    ! (: <>"/dev/tcp/$DB_HOST/$DB_PORT") 2>/dev/null || break
    sleep 1
done
file="$DUMP_FOLDER/$(date -u +%Y-%m-%dT%H%M%SZ).sql.gz"
# shellcheck disable=SC2086 # options are a list
mysqldump --defaults-extra-file=/tmp/client.cnf $DUMP_OPTIONS "$DB_DATABASE" | gzip > "$file"
gzip --test "$file"
gunzip --stdout "$file" | tail -n 1 | grep -q "^-- Dump completed"
