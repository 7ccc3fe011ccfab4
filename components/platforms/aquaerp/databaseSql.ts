import { passwordSql, passwordsSql } from "../../data/postgres/roles";
import { fillIn } from "../../kit/textFile";
import sql from "./database.sql";
import schemaSql from "./schema.sql";

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
 * reads them from its environment, and leaves a role alone whose variable is unset: the image's first start knows no password
 * of a role, which the Job makes later. Owning the database includes its schema `public`: since PostgreSQL 15 that belongs to
 * the role pg_database_owner.
 * @throws Error when a name is no plain SQL identifier
 */
export function databaseSql({ database, owner, exporter, schemas = {} }: DatabaseSqlOptions): string {
    return fillIn(sql, {
        database,
        owner: owner.role,
        passwords: passwordsSql([
            { environment: "POSTGRES_PASSWORD" },
            { ...owner, memberOf: [] },
            { ...exporter, memberOf: ["pg_monitor"] },
        ]),
        schemas: Object.entries(schemas).map(([schema, role]) => fillIn(schemaSql, {
            database, schema, role: role.role, password: passwordSql({ ...role, memberOf: [] }),
        })).join(""),
    });
}
