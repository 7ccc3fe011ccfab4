/** Shell lines that hand the DATABASE_ variables of a connection to libpq's own names. */
export const connectionDefaults = `\
export PGHOST="$DATABASE_HOST" PGPORT="$DATABASE_PORT" PGUSER="$DATABASE_USER" PGDATABASE="$DATABASE_NAME" PGCONNECT_TIMEOUT=3`;
