import { passwordSql } from "../../data/postgres/roles";

/** A role of the database whose password psql reads from its environment. */
export interface DatabaseRole {
    readonly role: string;
    /** Variable of psql with its password. */
    readonly environment: string;
}

/** What the SQL sets up. */
export interface DatabaseSqlOptions {
    /** The database, which exists. */
    readonly database: string;
    /** Owns the database, and is no superuser. */
    readonly owner: DatabaseRole;
    /** Reads statistics. */
    readonly exporter: DatabaseRole;
    /** Roles with a schema of their own, which is the first that they look into, by name of the schema. @default none */
    readonly schemas?: Readonly<Record<string, DatabaseRole>>;
}

/**
 * SQL for psql that gives the database to its owner. It is safe to repeat, sets rotated passwords, and holds none: psql
 * reads them from its environment, and leaves a role alone whose variable is unset.
 * @throws Error when a name is no plain SQL identifier
 */
export function databaseSql({ database, owner, exporter, schemas = {} }: DatabaseSqlOptions): string {
    return [
        "\\set ON_ERROR_STOP on\nSET client_min_messages = warning;\n",
        "BEGIN;\nSELECT pg_advisory_xact_lock(hashtext('aquaerp init.sql')) \\g /dev/null\n",
        passwordSql({ environment: "POSTGRES_PASSWORD" }),
        passwordSql({ ...owner, memberOf: [] }),
        passwordSql({ ...exporter, memberOf: ["pg_monitor"] }),
        // Owning the database includes its schema `public`: since PostgreSQL 15 that belongs to the role pg_database_owner.
        whenThere(owner.role, `ALTER DATABASE ${database} OWNER TO ${owner.role};`),
        ...Object.entries(schemas).flatMap(([schema, role]) => [
            passwordSql({ ...role, memberOf: [] }),
            whenThere(role.role, [
                `CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${role.role};`,
                `ALTER ROLE ${role.role} IN DATABASE ${database} SET search_path = ${schema};`,
            ].join("\n        ")),
        ]),
        "COMMIT;\n",
    ].join("\n");
}

/** The image's first start knows no password of a role, which the Job makes later. */
function whenThere(role: string, statements: string): string {
    return `\
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN
        ${statements}
    END IF;
END
$$;
`;
}
