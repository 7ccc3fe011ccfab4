set -u
self=$(echo "$NODES" | cut -d' ' -f$(( ${HOSTNAME##*-} + 1 )))
endpoint=${self%@*}
file=$DATA_FOLDER/nodes.conf
if [ -s "$file" ]; then
    for node in $NODES; do
        name=${node%:*}
        address=$(getent hosts "$name" | cut -d' ' -f1)
        [ -z "$address" ] || sed -i "s/ [^ ]*:${node##*:},$name\([ ,]\)/ $address:${node##*:},$name\1/" "$file"
    done
fi
set -- --port "${endpoint##*:}" --cluster-port "${self##*@}" --cluster-announce-hostname "${endpoint%:*}" "$@"
. ./server.sh
