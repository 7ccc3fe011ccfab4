set -eu
# Not hidden, as InnoDB finds nothing in hidden folders, and named as no database can be.
prepared="$DATA_FOLDER/first-start" complete="$DATA_FOLDER/first-start-complete"
if [ ! -d "$DATA_FOLDER/mysql" ]; then
    # Prepared in a folder of its own, and moved out of it when it is complete, last what makes it a database: a first start that
    # is cut short at any moment is completed by the next one.
    if [ ! -d "$complete" ]; then
        rm -rf "$prepared"
        docker-entrypoint.sh mysqld "--datadir=$prepared"
        mv "$prepared" "$complete"
    fi
    for entry in "$complete"/* "$complete"/.[!.]*; do
        [ "$entry" = "$complete/mysql" ] || [ ! -e "$entry" ] || mv -f "$entry" "$DATA_FOLDER"
    done
    mv "$complete/mysql" "$DATA_FOLDER"
    rmdir "$complete"
fi
exec docker-entrypoint.sh mysqld "--init-file=$ACCOUNTS_FILE"
