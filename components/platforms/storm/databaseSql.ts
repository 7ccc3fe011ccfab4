import { passwordsSql } from "../../data/postgres/roles";
import { fillIn } from "../../kit/textFile";
import sql from "./database.sql";

/** What the SQL of one database sets up. */
export interface DatabaseSqlOptions {
    /** The database, which exists. */
    readonly database: string;
    /** Role of the service, which owns the database and is no superuser; its password is in DB_PASSWORD. */
    readonly owner: string;
    /** Role of the exporter; its password is in EXPORTER_PASSWORD. */
    readonly exporter: string;
}

/**
 * SQL for psql that gives a database to its service's role. It is safe to repeat, sets rotated passwords, and holds none:
 * psql reads them from its environment, and leaves a role alone whose variable is unset: the image's first start knows no
 * password of the owner, which the Job makes later. Owning the database includes its schema `public`: since PostgreSQL 15
 * that belongs to the role pg_database_owner.
 * @throws Error when a name is no plain SQL identifier
 */
export function databaseSql({ database, owner, exporter }: DatabaseSqlOptions): string {
    if (!/^[a-z_][a-z0-9_]{0,62}$/.test(database)) {
        throw new Error(`database is "${database}"; allowed are small letters, digits and underscores, such as user_db`);
    }
    return fillIn(sql, {
        database,
        owner,
        passwords: passwordsSql([
            { environment: "POSTGRES_PASSWORD" },
            { role: owner, environment: "DB_PASSWORD", memberOf: [] },
            { role: exporter, environment: "EXPORTER_PASSWORD", memberOf: ["pg_monitor"] },
        ]),
    });
}
