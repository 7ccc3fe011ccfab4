import { passwordsSql } from "../../../data/postgres/roles";
import { fillIn } from "../../../kit/textFile";
import init from "./init.sql";
import { seedSql } from "./seed";

/** What `init.sql` contains besides the schema. */
export interface InitSqlOptions {
    /** Test tasks put into an empty table. */
    seedRows: number;
    /** Environment variable with the password of the role that runs the script. @default "POSTGRES_PASSWORD" */
    ownerPassword?: string;
    /** Read-only role of postgres_exporter. @default no such role */
    exporter?: {
        /** Name of the role. */
        role: string;
        /** Environment variable with its password. */
        password: string;
    };
}

/**
 * `init.sql`: schema, roles and test data of TaskFlow, for psql.
 *
 * The image runs it on the first start of an empty volume, Job `taskflow-db-init` on every later deployment. A
 * second run changes nothing but passwords that were rotated. It contains no password: psql reads them from its
 * environment, and a role whose variable is unset is left as it is. Two runs at once wait for each other, so neither sees
 * the other's half-filled table. Three numbers of the table close the log of each run.
 *
 * @throws when a number or a name is out of range.
 */
export function initSql({ seedRows, ownerPassword = "POSTGRES_PASSWORD", exporter }: InitSqlOptions): string {
    return fillIn(init, {
        seed: seedSql(seedRows),
        passwords: passwordsSql([
            { environment: ownerPassword },
            ...(exporter ? [{ role: exporter.role, environment: exporter.password, memberOf: ["pg_monitor"] }] : []),
        ]),
    });
}
