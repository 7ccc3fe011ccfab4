import connection from "../../../data/postgres/connection.sh";
import { withSourced } from "../../../kit/textFile";
import waitForDatabase from "./waitForDatabase.sh";

/**
 * Script of initContainer `wait-for-db` that ends 0 once PostgreSQL answers and table `tasks` exists, and 1 with the reason
 * after TIMEOUT_SECONDS, 120 where that is unset.
 *
 * Reads DATABASE_HOST, DATABASE_PORT, DATABASE_USER, DATABASE_NAME and PGPASSWORD; needs pg_isready and psql.
 */
export const waitForDatabaseScript = withSourced(waitForDatabase, { "../../../data/postgres/connection.sh": connection });
