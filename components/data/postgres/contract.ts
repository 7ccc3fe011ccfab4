import type { Connectable, Property } from "../../kit/connection";
import type { WorkloadNode } from "../../kit/graph";
import type { ContainerResources } from "../../kit/resources";
import type { SecretKey } from "../../kit/secretKey";
import type { PostgresInitialization } from "./initialization";

/** What PostgreSQL offers to its consumers. */
export type PostgresProperty = "host" | "port" | "database" | "user" | "password" | "url";

/** PostgreSQL in whatever form: the same host, variables and initialization, and telemetry that travels with its pods. */
export interface PostgresDatabase extends Connectable<PostgresProperty> {
    /** The servers. */
    readonly node: WorkloadNode;
}

/** Variables that consumers get when they ask for nothing special. */
export const postgresVariables = {
    host: "DATABASE_HOST", port: "DATABASE_PORT", database: "DATABASE_NAME", user: "DATABASE_USER", password: "DATABASE_PASSWORD",
} as const;

/** Where clients reach PostgreSQL. */
export const postgresPort = 5432;

/** What every form of PostgreSQL is asked for. */
export interface PostgresDatabaseArgs {
    /** Image with the Alpine user id 70, of the initialization Job at least. Raising the major version needs a dump and restore. */
    readonly image: string;
    /** Database created on the first start. */
    readonly database: string;
    /** Role that owns it. Changing it on an existing volume has no effect. */
    readonly user: string;
    /** Size of each server's volume. */
    readonly storage: string;
    /** Storage class; null takes the cluster's default. */
    readonly storageClass: string | null;
    /** Requests and limits of one server. */
    readonly resources: ContainerResources;
    /** @default the server's own 100 */
    readonly maximumConnections?: number;
    /** Counter: each step generates a new password, which the initialization sets. @default 0 */
    readonly rotation?: number;
    readonly initialization: PostgresInitialization;
    /** @default name of the server */
    readonly networkPolicyName?: string;
}

/** What consumers may ask for, whichever form of PostgreSQL answers. */
export function postgresProperties(
    database: string, { user, password }: { readonly user: SecretKey; readonly password: SecretKey },
): Record<PostgresProperty, Property> {
    return {
        host: view => view.host,
        port: String(postgresPort),
        database,
        user,
        password,
        url: view => `postgres://$(${view.variable("user")}):$(${view.variable("password")})@${view.host}:${postgresPort}/${database}`,
    };
}
