import { fillIn } from "../../kit/textFile";
import createRole from "./createRole.sql";
import rolePassword from "./rolePassword.sql";

/** A role whose password psql reads from its environment. */
export interface RolePassword {
    /** Name of the role; without it, the role that runs the script. */
    role?: string;
    /** Environment variable of psql that holds the password. Where it is unset, the role is left as it is. */
    environment: string;
    /** Create the role when it is missing and make it a member of these roles, if any. @default the role must exist */
    memberOf?: string[];
}

/**
 * psql lines that set the password of one role, so that a rotated Secret takes effect on a volume that exists.
 *
 * The password is never part of a statement that can fail: PostgreSQL logs failed statements in full.
 * Needs psql 14 or newer ({@link https://www.postgresql.org/docs/14/app-psql.html | \getenv}).
 *
 * @throws when a name is no plain SQL identifier or environment variable.
 */
export function passwordSql({ role, environment, memberOf }: RolePassword): string {
    for (const name of [...(role === undefined ? [] : [role]), ...(memberOf ?? [])]) {
        requireName("role", name, /^[a-z_][a-z0-9_]{0,62}$/);
    }
    requireName("environment variable", environment, /^[A-Z_][A-Z0-9_]*$/);
    const variable = environment.toLowerCase();
    return fillIn(rolePassword, {
        variable,
        environment,
        role: role === undefined ? "current_user" : `'${role}'`,
        create: role !== undefined && memberOf !== undefined ? create(role, memberOf) : "",
    });
}

function create(role: string, memberOf: string[]): string {
    return fillIn(createRole, { role }) + (memberOf.length > 0 ? `GRANT ${memberOf.join(", ")} TO ${role};\n` : "");
}

/** The lines of {@link passwordSql} for several roles. */
export function passwordsSql(roles: readonly RolePassword[]): string {
    return roles.map(passwordSql).join("\n");
}

function requireName(what: string, name: string, allowed: RegExp): void {
    if (!allowed.test(name)) {
        throw new Error(`${what} is "${name}"; allowed are names that match ${allowed.source}.`);
    }
}
