if [ -d "$DATA_FOLDER/mysql" ]; then
    exec docker-entrypoint.sh mysqld "--init-file=$ACCOUNTS_FILE"
fi
exec docker-entrypoint.sh mysqld
