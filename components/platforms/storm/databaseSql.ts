import { passwordSql } from "../../data/postgres/roles";

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
 * psql reads them from its environment, and leaves a role alone whose variable is unset.
 * @throws Error when a name is no plain SQL identifier
 */
export function databaseSql({ database, owner, exporter }: DatabaseSqlOptions): string {
    if (!/^[a-z_][a-z0-9_]{0,62}$/.test(database)) {
        throw new Error(`database is "${database}"; allowed are small letters, digits and underscores, such as user_db`);
    }
    return [
        "\\set ON_ERROR_STOP on\nSET client_min_messages = warning;\n",
        "BEGIN;\nSELECT pg_advisory_xact_lock(hashtext('storm init.sql')) \\g /dev/null\n",
        passwordSql({ environment: "POSTGRES_PASSWORD" }),
        passwordSql({ role: owner, environment: "DB_PASSWORD", memberOf: [] }),
        passwordSql({ role: exporter, environment: "EXPORTER_PASSWORD", memberOf: ["pg_monitor"] }),
        // The image's first start knows no password of the role, which the Job makes later.
        ownershipSql(database, owner),
        "COMMIT;\n",
    ].join("\n");
}

/** Owning the database includes its schema `public`: since PostgreSQL 15 that belongs to the role pg_database_owner. */
function ownershipSql(database: string, owner: string): string {
    return `\
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${owner}') THEN
        ALTER DATABASE ${database} OWNER TO ${owner};
    END IF;
END
$$;
`;
}
