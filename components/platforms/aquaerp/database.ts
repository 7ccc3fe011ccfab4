import type * as pulumi from "@pulumi/pulumi";
import { exporterRole, Postgres } from "../../data/postgres/postgres";
import { patience, postgresProbes } from "../../data/postgres/probes";
import type { PostgresProperty } from "../../data/postgres/contract";
import type { Connectable } from "../../kit/connection";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import { GeneratedSecret } from "../../security/generatedSecret";
import { leastConnections } from "./connections";
import type { DatabaseRole } from "./databaseSql";
import { databaseSql } from "./databaseSql";
import type { ServiceName } from "./services";
import { workerNames } from "./services";
import type { AquaErpSettings } from "./settings";

/** Name of the database. */
export const databaseName = "aquaerp";

/** Name of the server and of its Service. */
export const serverName = "postgresql";

const superuser = "postgres";
const applicationRole = "aquaerp_app";

type Credentials = GeneratedSecret<"username", "password">;

/** PostgreSQL with the one database of all services: they connect as a role that owns it and is no superuser. */
export class Database extends ScopedComponent {
    /** The superuser's view, for dumps. */
    readonly administration: Connectable<PostgresProperty>;
    private readonly application: Credentials;
    private readonly ofServices: ReadonlyMap<ServiceName, Credentials>;

    constructor(scope: Scope, private readonly settings: AquaErpSettings, opts?: pulumi.ComponentResourceOptions) {
        super("aquaerp:Database", "database", scope, opts);
        this.application = this.createRole("postgres-secret", applicationRole);
        this.ofServices = new Map(settings.postgres.schemaPerService
            ? workerNames.map(name => [name, this.createRole(`${name}-database`, `aquaerp_${schemaOf(name)}`)])
            : []);
        this.administration = this.createServer();
        this.registerOutputs();
    }

    /** The database as one service connects to it; host, port and name are in the common ConfigMap. */
    of(service: ServiceName): Connectable<PostgresProperty> {
        const credentials = this.ofServices.get(service) ?? this.application;
        const { node, ports, ready, properties } = this.administration;
        return {
            node, ports,
            ready: [...ready, credentials.secret],
            properties: { ...properties, user: credentials.key("username"), password: credentials.key("password") },
            variables: { user: "DATABASE_USERNAME", password: "DATABASE_PASSWORD" },
        };
    }

    private createRole(secretName: string, role: string): Credentials {
        return new GeneratedSecret<"username", "password">(secretName, this.scope, {
            values: { username: role },
            passwords: { password: { length: 32 } },
            rotation: this.settings.postgres.rotation,
        }, { parent: this });
    }

    private createServer(): Postgres {
        const { image, storage, resources: { requests, limits }, maximumConnections, rotation } = this.settings.postgres;
        const administration = new GeneratedSecret("postgres-superuser", this.scope, {
            values: { username: superuser },
            passwords: { password: { length: 32, previousKey: "previousPassword" } },
            rotation,
        }, { parent: this });
        const schemas = [...this.ofServices].map(([name]): [string, DatabaseRole] =>
            [schemaOf(name), { role: `aquaerp_${schemaOf(name)}`, environment: passwordVariable(name) }]);
        return new Postgres(serverName, this.scope, {
            image, storage, rotation,
            storageClass: this.settings.storageClass,
            database: databaseName,
            user: superuser,
            credentials: {
                user: administration.key("username"),
                password: administration.key("password"),
                previousPassword: administration.previousKey("password"),
                // The Job that makes the other roles reads their passwords.
                ready: [administration, this.application, ...this.ofServices.values()].map(({ secret }) => secret),
            },
            claimName: "postgresql-data",
            headless: true,
            networkPolicyName: "database-network-policy",
            resources: resources(requests, limits),
            maximumConnections: maximumConnections ?? leastConnections(this.settings, workerNames.length),
            probes: postgresProbes({ user: superuser, database: databaseName }, patience),
            initialization: {
                jobName: "postgresql-init",
                config: {
                    name: "postgresql-init",
                    files: {
                        "init.sql": databaseSql({
                            database: databaseName,
                            owner: { role: applicationRole, environment: "APPLICATION_PASSWORD" },
                            exporter: { role: exporterRole, environment: "EXPORTER_PASSWORD" },
                            schemas: Object.fromEntries(schemas),
                        }),
                    },
                },
                passwords: {
                    APPLICATION_PASSWORD: this.application.key("password"),
                    ...Object.fromEntries([...this.ofServices].map(([name, secret]) => [passwordVariable(name), secret.key("password")])),
                },
            },
        }, { parent: this });
    }
}

function schemaOf(service: ServiceName): string {
    return service.replace(/-service$/, "");
}

function passwordVariable(service: ServiceName): string {
    return `${schemaOf(service).toUpperCase()}_PASSWORD`;
}
