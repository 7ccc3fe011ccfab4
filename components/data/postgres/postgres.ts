import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Task } from "../../app/task";
import { Workload } from "../../app/workload";
import type { Connectable, Environment, Property } from "../../kit/connection";
import { accessOf } from "../../kit/connection";
import { images } from "../../kit/images";
import { recommendedLabels } from "../../kit/labels";
import type { Container } from "../../kit/pod";
import type { Probes } from "../../kit/probes";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { SecretKey } from "../../kit/secretKey";
import { scratch } from "../../kit/volumes";
import { postgresTelemetry } from "./telemetry";
import { GeneratedSecret } from "../../security/generatedSecret";
import { exporterProbes, exporterUser } from "../../kit/exporter";
import type { PostgresDatabase, PostgresDatabaseArgs, PostgresProperty } from "./contract";
import { postgresPort, postgresProperties, postgresVariables } from "./contract";
import { initializationMount, initializationTask, postgresUser } from "./initialization";
import { postgresProbes } from "./probes";
import start from "./start.sh";
import { VolumeClaim } from "../../app/volumeClaim";
import { startTiming } from "../startBudgets";

/** Arguments of {@link Postgres}. */
export interface PostgresArgs extends PostgresDatabaseArgs {
    /** References to a Secret with the owner's credentials. @default a Secret `<name>-secret` is generated */
    readonly credentials?: PostgresCredentials;
    /** @default readiness asks whether the database takes connections, the others whether the server runs */
    readonly probes?: Probes;
    /** Name of the claim for its volume. @default `<name>-pvc` */
    readonly claimName?: string;
    /** Its Service leads straight to the pod, without an address of its own. @default false */
    readonly headless?: boolean;
    /** Memory for parallel queries, counted against the memory limit, such as `64Mi`. @default the runtime's own 64 MiB */
    readonly sharedMemory?: string;
}

/** The owner's credentials, as references to a Secret that exists already. */
export interface PostgresCredentials {
    readonly user: SecretKey;
    readonly password: SecretKey;
    /** @default the database's name in plain text */
    readonly database?: SecretKey;
    /** Password before the last rotation, with which the initialization logs in to set the current one. */
    readonly previousPassword: SecretKey;
    /** What must exist before the references can be read. */
    readonly ready: readonly pulumi.Resource[];
}

/** Script that starts the server, and before its first start prepares the database. Reads PGDATA and what the image reads. */
export const startScript = start;

/** Role of the exporter; `pg_monitor` lets it read statistics, not tables. */
export const exporterRole = "exporter";

/**
 * One PostgreSQL server on a volume of its own, with generated credentials, an exporter and an initialization Job.
 * There is exactly one writer: two servers on one volume would destroy it.
 */
export class Postgres extends ScopedComponent implements PostgresDatabase {
    readonly node;
    readonly ports;
    readonly properties: Readonly<Record<PostgresProperty, Property>>;
    readonly variables = postgresVariables;
    readonly ready: readonly pulumi.Resource[];
    /** The server. */
    readonly server: Workload;

    constructor(name: string, scope: Scope, private readonly args: PostgresArgs, opts?: pulumi.ComponentResourceOptions) {
        super("data:Postgres", name, scope, opts);
        const credentials = args.credentials ?? this.createCredentials();
        const exporterCredentials = this.createExporterCredentials();
        const claim = this.createClaim();
        const initialization = this.createInitializationFiles();
        const passwords: Environment = { EXPORTER_PASSWORD: exporterCredentials.key("DATA_SOURCE_PASS") };

        this.server = new Workload(name, scope, {
            kind: "StatefulSet",
            component: "database",
            labels: { tier: "database" },
            container: this.serverContainer(credentials, passwords, claim),
            sidecars: [this.exporterContainer(exporterCredentials)],
            service: { port: "postgres", number: postgresPort, ...(args.headless && { headless: true }) },
            ...(args.networkPolicyName && { networkPolicyName: args.networkPolicyName }),
            metricsPort: "metrics",
            telemetry: [postgresTelemetry({ namespace: scope.namespace, app: name, database: args.database, ...majorVersion(args.image) })],
            storage: { [claim.objectName]: args.storage },
            terminationGraceSeconds: 60,
            runAs: postgresUser,
            after: [...credentials.ready, exporterCredentials.secret, claim.claim, initialization],
        }, { parent: this });

        this.node = this.server.node;
        this.ports = this.server.ports;
        this.properties = postgresProperties(args.database, credentials);
        const { job } = new Task(args.initialization.jobName, scope, initializationTask({
            initialization: args.initialization,
            image: args.image,
            database: this.whileInitializing(),
            passwords: {
                ...passwords,
                POSTGRES_PASSWORD: credentials.password,
                PREVIOUS_PASSWORD: credentials.previousPassword,
            },
        }), { parent: this });
        this.ready = [...this.server.ready, job];
        this.registerOutputs(accessOf(this));
    }

    private createCredentials(): PostgresCredentials {
        const { user, database, rotation } = this.args;
        const secret = new GeneratedSecret(`${this.objectName}-secret`, this.scope, {
            values: { POSTGRES_USER: user, POSTGRES_DB: database },
            passwords: { POSTGRES_PASSWORD: { length: 32, previousKey: "PREVIOUS_PASSWORD" } },
            ...(rotation !== undefined && { rotation }),
        }, { parent: this });
        return {
            user: secret.key("POSTGRES_USER"),
            password: secret.key("POSTGRES_PASSWORD"),
            database: secret.key("POSTGRES_DB"),
            previousPassword: secret.previousKey("POSTGRES_PASSWORD"),
            ready: [secret.secret],
        };
    }

    private createExporterCredentials(): GeneratedSecret<"DATA_SOURCE_USER", "DATA_SOURCE_PASS"> {
        return new GeneratedSecret(`${this.objectName}-exporter`, this.scope, {
            values: { DATA_SOURCE_USER: exporterRole },
            passwords: { DATA_SOURCE_PASS: { length: 32 } },
            ...(this.args.rotation !== undefined && { rotation: this.args.rotation }),
        }, { parent: this });
    }

    private createClaim(): VolumeClaim {
        const { storage: size, storageClass, claimName = `${this.objectName}-pvc` } = this.args;
        return new VolumeClaim(claimName, this.scope,
            { size, storageClass, volumeName: `${this.objectName}-storage` }, { parent: this });
    }

    private createInitializationFiles(): k8s.core.v1.ConfigMap {
        const labels = recommendedLabels({ platform: this.scope.platform, name: this.objectName, component: "database" });
        return this.createConfigMap(this.args.initialization.config, labels);
    }

    private serverContainer(credentials: PostgresCredentials, passwords: Environment, claim: VolumeClaim): Container {
        const { image, database, user, maximumConnections, initialization, sharedMemory } = this.args;
        return {
            name: this.objectName,
            image,
            command: ["sh", "-c", startScript, "postgres"],
            ...(maximumConnections !== undefined && { args: ["-c", `max_connections=${maximumConnections}`] }),
            ports: { postgres: postgresPort },
            ...(this.args.credentials ? {} : { environmentFrom: [credentials.password] }),
            environment: {
                PGDATA: "/var/lib/postgresql/data/pgdata",
                ...(this.args.credentials && {
                    POSTGRES_USER: credentials.user, POSTGRES_PASSWORD: credentials.password, POSTGRES_DB: credentials.database ?? database,
                }),
                ...passwords,
            },
            resources: this.args.resources,
            probes: this.args.probes ?? postgresProbes({ user, database }, {
                startup: startTiming("postgresql", { periodSeconds: 5, timeoutSeconds: 3 }),
                readiness: { initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 3 },
                liveness: { initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 3 },
            }),
            mounts: [
                { volume: claim.volume, path: "/var/lib/postgresql/data" },
                initializationMount(initialization),
                { volume: scratch("tmp", "32Mi"), path: "/tmp" },
                { volume: scratch("run", "8Mi"), path: "/var/run/postgresql" },
                ...(sharedMemory === undefined ? [] : [{ volume: scratch("shared-memory", sharedMemory, "Memory"), path: "/dev/shm" }]),
            ],
        };
    }

    private exporterContainer(credentials: GeneratedSecret<"DATA_SOURCE_USER", "DATA_SOURCE_PASS">): Container {
        return {
            name: "exporter",
            image: images.postgresExporter,
            // Off by default, though from 17 on the figures of checkpoints are nowhere else.
            ...((majorVersion(this.args.image).majorVersion ?? 0) >= 17 && { args: ["--collector.stat_checkpointer"] }),
            ports: { metrics: 9187 },
            environment: {
                DATA_SOURCE_URI: `127.0.0.1:${postgresPort}/${this.args.database}?sslmode=disable`,
                DATA_SOURCE_USER: credentials.key("DATA_SOURCE_USER"),
                DATA_SOURCE_PASS: credentials.key("DATA_SOURCE_PASS"),
            },
            resources: resources("10m/32Mi", "100m/64Mi", "32Mi"),
            probes: exporterProbes,
            runAs: exporterUser,
        };
    }

    /** This component as its own Job sees it: the server is ready, the schema is not there yet. */
    private whileInitializing(): Connectable<PostgresProperty> {
        const { node, ports, properties, variables, server } = this;
        return { node, ports, properties, variables, ready: server.ready };
    }
}

/** The version that an image's tag names, when it names one. */
function majorVersion(image: string): { majorVersion?: number } {
    const [, major] = /:(\d+)/.exec(image.split("@")[0]?.split("/").at(-1) ?? "") ?? [];
    return major === undefined ? {} : { majorVersion: Number(major) };
}
