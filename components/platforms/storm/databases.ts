import type * as pulumi from "@pulumi/pulumi";
import type { PostgresCredentials } from "../../data/postgres/postgres";
import { exporterRole, Postgres } from "../../data/postgres/postgres";
import { patience, postgresProbes } from "../../data/postgres/probes";
import type { PostgresProperty } from "../../data/postgres/contract";
import type { Connectable } from "../../kit/connection";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { SecretKey } from "../../kit/secretKey";
import { GeneratedSecret } from "../../security/generatedSecret";
import { databaseSql } from "./databaseSql";
import type { StormSettings } from "./settings";

/** One database and the role that its service connects as. */
export interface Database {
    /** The service's view: its own role, which is no superuser. */
    readonly application: Connectable<PostgresProperty>;
    /** The superuser's view, for dumps. */
    readonly administration: Connectable<PostgresProperty>;
}

const superuser = "postgres";
const databaseNames = { "postgres-user": "user_db", "postgres-message": "message_db" } as const;

/** Name of one of the two servers. */
export type ServerName = keyof typeof databaseNames;

interface Credentials {
    readonly superuser: PostgresCredentials;
    readonly role: string;
    readonly applicationUser: SecretKey;
    readonly applicationPassword: SecretKey;
}

/** Both PostgreSQL servers, each with a database, a volume and, unless they must share one, a Secret of its own. */
export class Databases extends ScopedComponent {
    /** Database `user_db`. */
    readonly user: Database;
    /** Database `message_db`. */
    readonly message: Database;
    private shared: Credentials | undefined;

    constructor(scope: Scope, private readonly settings: StormSettings, opts?: pulumi.ComponentResourceOptions) {
        super("storm:Databases", "databases", scope, opts);
        this.user = this.create("postgres-user", "user");
        this.message = this.create("postgres-message", "message");
        this.registerOutputs();
    }

    private create(name: ServerName, suffix: string): Database {
        const { postgres: { image, storage, resources: { requests, limits } }, storageClass, secrets } = this.settings;
        const credentials = secrets.sharedPostgres
            ? this.shared ??= this.createCredentials("postgres-credentials", "storm")
            : this.createCredentials(`postgres-credentials-${suffix}`, `${suffix}_service`);
        const database = databaseNames[name];
        const server = new Postgres(name, this.scope, {
            image,
            database,
            user: superuser,
            credentials: credentials.superuser,
            storage,
            storageClass,
            resources: resources(requests, limits),
            probes: postgresProbes({ user: superuser, database }, patience),
            initialization: {
                jobName: `${name}-init`,
                config: {
                    name: `${name}-init`,
                    files: { "init.sql": databaseSql({ database, owner: credentials.role, exporter: exporterRole }) },
                },
                passwords: { DB_PASSWORD: credentials.applicationPassword },
            },
        }, { parent: this });
        return { administration: server, application: this.asApplication(server, credentials) };
    }

    private asApplication(server: Postgres, { applicationUser, applicationPassword }: Credentials): Connectable<PostgresProperty> {
        const { node, ports, ready, properties } = server;
        return {
            node, ports, ready,
            properties: { ...properties, user: applicationUser, password: applicationPassword },
            variables: { host: "DB_HOST", port: "DB_PORT", database: "DB_NAME", user: "DB_USER", password: "DB_PASSWORD" },
        };
    }

    private createCredentials(secretName: string, role: string): Credentials {
        const secret = new GeneratedSecret(secretName, this.scope, {
            values: { POSTGRES_USER: superuser, DB_USER: role },
            passwords: { POSTGRES_PASSWORD: { length: 32, previousKey: "PREVIOUS_PASSWORD" }, DB_PASSWORD: { length: 32 } },
            rotation: this.settings.postgres.rotation,
        }, { parent: this });
        return {
            superuser: {
                user: secret.key("POSTGRES_USER"),
                password: secret.key("POSTGRES_PASSWORD"),
                previousPassword: secret.previousKey("POSTGRES_PASSWORD"),
                ready: [secret.secret],
            },
            role,
            applicationUser: secret.key("DB_USER"),
            applicationPassword: secret.key("DB_PASSWORD"),
        };
    }
}
