# While a new password is rolled out, the others may know the previous one only.
[ -z "${PREVIOUS_PASSWORD:-}" ] || export REDISCLI_AUTH="$PREVIOUS_PASSWORD"
# The pod's own place in a list, by the ordinal of its name.
own_of() { echo "$1" | cut -d' ' -f$(( ${HOSTNAME##*-} + 1 )); }
ask() {
    address=$1
    shift
    timeout 2 redis-cli -h "${address%:*}" -p "${address##*:}" "$@" 2>&1
}
primary() {
    for sentinel in $SENTINELS; do
        answer=$(ask "$sentinel" SENTINEL GET-MASTER-ADDR-BY-NAME "$GROUP" | tr '\n' ':')
        case " $SERVERS " in *" ${answer%:} "*) echo "${answer%:}"; return ;; esac
    done
    return 1
}
