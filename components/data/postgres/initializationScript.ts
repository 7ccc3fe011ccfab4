import { withSourced } from "../../kit/textFile";
import connection from "./connection.sh";
import initDatabase from "./initDatabase.sh";

/**
 * Script that waits for PostgreSQL and runs its SQL file.
 *
 * Reads DATABASE_HOST, DATABASE_PORT, DATABASE_USER, DATABASE_NAME, POSTGRES_PASSWORD and, for a rotation,
 * PREVIOUS_PASSWORD: while the server knows the previous password only, the script logs in with that one and
 * the file sets the current one. INIT_FILE is the path of the file, `/docker-entrypoint-initdb.d/init.sql` where it is
 * unset; after TIMEOUT_SECONDS, 120 where that is unset, the script gives up.
 */
export const initDatabaseScript = withSourced(initDatabase, { "./connection.sh": connection });
