set -eu
server=''
while IFS='=' read -r key value; do
    [ "$key" != server-uuid ] || server=$value
done < "$DATA_FOLDER/auto.cnf"
[ -n "$server" ] || { echo "$DATA_FOLDER/auto.cnf names no server-uuid; has the server started?" >&2; exit 1; }
there=$(mc --json ls "$TARGET/$server/" || true)
for log in "$DATA_FOLDER"/binlog.[0-9]*; do
    name=${log##*/}
    size=$(stat -c %s "$log")
    case $there in
        *"\"size\":$size,\"key\":\"$name\""*) ;;
        *) mc cp "$log" "$TARGET/$server/$name" ;;
    esac
done
