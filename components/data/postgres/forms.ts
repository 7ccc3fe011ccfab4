import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../../kit/scope";
import type { PostgresDatabase } from "./contract";
import type { PostgresHighAvailabilityArgs } from "./highAvailability";
import { PostgresHighAvailability } from "./highAvailability";
import type { PostgresArgs } from "./postgres";
import { Postgres } from "./postgres";

/** PostgreSQL in one of its forms: each is asked only for what it can do. */
export type PostgresFormArgs =
    | { readonly form: "single" } & PostgresArgs
    | { readonly form: "ha" } & PostgresHighAvailabilityArgs;

/**
 * PostgreSQL in the form that its arguments name.
 * @throws RangeError when there would be no standby where one is asked for
 */
export function createPostgres(
    name: string, scope: Scope, args: PostgresFormArgs, opts?: pulumi.ComponentResourceOptions,
): PostgresDatabase {
    return args.form === "single" ? new Postgres(name, scope, args, opts) : new PostgresHighAvailability(name, scope, args, opts);
}
