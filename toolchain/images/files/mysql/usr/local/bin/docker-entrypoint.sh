#!/bin/bash
# Starts MySQL as the published image does: the first start of an empty data folder makes the users and the database that the
# variables name, and runs what lies in /docker-entrypoint-initdb.d before anybody can connect over the network.
set -euo pipefail

fail() {
    echo "docker-entrypoint.sh: $1" >&2
    exit 1
}

# variable NAME: it may also be given as NAME_FILE, the path of a file that holds the value.
variable() {
    local file=${1}_FILE
    [[ -z ${!1:-} || -z ${!file:-} ]] || fail "$1 and $file are both set; set one of them"
    [[ -z ${!file:-} ]] || printf -v "$1" %s "$(<"${!file}")"
    printf -v "$1" %s "${!1:-}"
    export "${1?}"
    unset "$file"
}

# docker_process_sql [OPTION...]: runs statements as root over the socket. Scripts of the platforms call it by this name, which is
# the published image's.
docker_process_sql() {
    local database=()
    [[ -z $MYSQL_DATABASE || ${1:-} == --dont-use-mysql-root-password ]] || database=(--database="$MYSQL_DATABASE")
    [[ ${1:-} != --dont-use-mysql-root-password ]] || shift
    MYSQL_PWD=$current_password mysql --protocol=socket --socket="$socket" --user=root --comments "${database[@]}" "$@"
}

# docker_temp_server_stop: ends the server of the first start; scripts of the platforms call it, too.
docker_temp_server_stop() {
    MYSQL_PWD=$current_password mysqladmin --protocol=socket --socket="$socket" --user=root shutdown
    wait "$server"
}

# quoted TEXT: as a string of SQL.
quoted() {
    local text=${1//\\/\\\\}
    printf "'%s'" "${text//\'/\\\'}"
}

initialise() {
    variable MYSQL_ROOT_PASSWORD
    variable MYSQL_DATABASE
    variable MYSQL_USER
    variable MYSQL_PASSWORD
    [[ -n $MYSQL_ROOT_PASSWORD || -n ${MYSQL_ALLOW_EMPTY_PASSWORD:-} || -n ${MYSQL_RANDOM_ROOT_PASSWORD:-} ]] ||
        fail 'set MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD or MYSQL_RANDOM_ROOT_PASSWORD'
    [[ $MYSQL_USER != root ]] || fail 'MYSQL_USER is root, which there is anyway; name another one or none'
    if [[ -n ${MYSQL_RANDOM_ROOT_PASSWORD:-} ]]; then
        MYSQL_ROOT_PASSWORD=$(head -c 24 /dev/urandom | base64)
        echo "GENERATED ROOT PASSWORD: $MYSQL_ROOT_PASSWORD"
    fi
    "$@" --initialize-insecure
    "$@" --skip-networking --socket="$socket" --mysqlx=OFF &
    server=$!
    current_password=''
    until docker_process_sql --dont-use-mysql-root-password --execute 'SELECT 1' &>/dev/null; do
        kill -0 "$server" 2>/dev/null || fail 'the server of the first start ended'
        sleep 0.5
    done
    local password host=${MYSQL_ROOT_HOST:-%}
    password=$(quoted "$MYSQL_ROOT_PASSWORD")
    # shellcheck disable=SC2016 # names in SQL stand between backticks
    docker_process_sql --dont-use-mysql-root-password <<SQL
SET @@SESSION.SQL_LOG_BIN = 0;
ALTER USER 'root'@'localhost' IDENTIFIED BY $password;
$([[ $host == localhost ]] || printf "CREATE USER 'root'@%s IDENTIFIED BY %s; GRANT ALL ON *.* TO 'root'@%s WITH GRANT OPTION;" \
        "$(quoted "$host")" "$password" "$(quoted "$host")")
$([[ -z $MYSQL_DATABASE ]] || printf 'CREATE DATABASE IF NOT EXISTS `%s`;' "$MYSQL_DATABASE")
$([[ -z $MYSQL_USER || -z $MYSQL_PASSWORD ]] || printf 'CREATE USER %s@%s IDENTIFIED BY %s;' \
        "$(quoted "$MYSQL_USER")" "'%'" "$(quoted "$MYSQL_PASSWORD")")
$([[ -z $MYSQL_USER || -z $MYSQL_DATABASE ]] || printf 'GRANT ALL ON `%s`.* TO %s@%s;' \
        "${MYSQL_DATABASE//_/\\_}" "$(quoted "$MYSQL_USER")" "'%'")
SQL
    current_password=$MYSQL_ROOT_PASSWORD
    local script
    for script in /docker-entrypoint-initdb.d/*; do
        case $script in
            *.sh) if [[ -x $script ]]; then "$script"; else
                # shellcheck disable=SC1090 # the scripts are the container's
                source "$script"
            fi ;;
            *.sql) docker_process_sql <"$script" ;;
            *.sql.gz) gunzip -c "$script" | docker_process_sql ;;
            *) continue ;;
        esac
        echo "ran $script"
    done
    docker_temp_server_stop
}

[[ ${1:-} != -* ]] || set -- mysqld "$@"
[[ ${1:-} == mysqld ]] || exec "$@"
((EUID != 0)) || fail 'the server does not run as root; start the container as user 999'
data=$("$@" --verbose --help 2>/dev/null | sed -n 's/^datadir  *//p')
socket=$("$@" --verbose --help 2>/dev/null | sed -n 's/^socket  *//p')
[[ -d ${data%/}/mysql ]] || initialise "$@"
exec "$@"
