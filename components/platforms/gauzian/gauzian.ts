import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Task } from "../../app/task";
import { Workload } from "../../app/workload";
import { Minio } from "../../data/minio/minio";
import { Postgres } from "../../data/postgres/postgres";
import { PostgresBackup } from "../../data/postgres/backup";
import { RedisStore } from "../../data/redis/store";
import { HttpsRoutes } from "../../edge/httpsRoutes";
import type { PriorityTier, Scope } from "../../kit/scope";
import { PlatformNamespace } from "../../security/platformNamespace";
import type { PlatformContext } from "../definition";
import { advisories } from "./advisories";
import type { Stores } from "./backend";
import { backendArgs, migrationArgs } from "./backend";
import { hosts, routeArgs } from "./edge";
import { frontArgs } from "./front";
import { LoadTest } from "./loadTest";
import { GauzianMonitoring } from "./monitoring";
import { OffsiteCopies } from "./offsite";
import { bucket, GauzianSecrets } from "./secrets";
import type { GauzianSettings } from "./settings";
import { backupArgs, backupName, minioArgs, postgresArgs, redisArgs } from "./stores";

/** What the stack shows of GAUZIAN. */
export interface GauzianOutputs {
    readonly url: string;
    readonly grafanaUrl: string;
    readonly grafanaUser: string;
    /** Marked as secret: `pulumi stack output --show-secrets`. */
    readonly grafanaPassword: pulumi.Output<string>;
    /** Names that must lead to the cluster's public address. */
    readonly dnsNames: readonly string[];
    /** Puts the database back to the newest dump. */
    readonly restore: string;
}

/** Priorities by tier; pods without one have 0, and the system's own begin at two thousand million. */
const priorityValues: Readonly<Record<PriorityTier, number>> = { data: 300_000, application: 200_000, batch: 100_000 };

/** Storage for files that are encrypted in the browser: page, API, PostgreSQL, Redis, MinIO, backups and monitoring. */
export class Gauzian extends pulumi.ComponentResource {
    /** What the stack shows. */
    readonly outputs: GauzianOutputs;
    private readonly scope: Scope;

    constructor(
        private readonly name: string, private readonly settings: GauzianSettings, private readonly context: PlatformContext,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("platforms:platforms:Gauzian", name, {}, opts);
        advisories(settings, context.environment).forEach(message => void pulumi.log.warn(`${name}: ${message}`, this));
        const { monitoring, namespace } = settings;
        this.scope = this.createNamespace(namespace, { priorities: this.createPriorities() });
        const secrets = new GauzianSecrets(this.scope, settings, { parent: this });

        const { postgres, redis, minio, storage } = this.createStores(secrets);
        const stores = { postgres, redis, storage };
        const prepared = [...Object.values(stores).flatMap(({ ready }) => ready), ...this.createMigration(secrets, postgres)];
        const backend = this.createBackend(secrets, stores, prepared);
        // It needs none of them; it comes after them because the platform's document orders it so.
        const front = new Workload("front", this.scope, { ...frontArgs(settings), after: prepared }, { parent: this });
        const routed = routeArgs(settings, { backend, front, minio: minio.server }, context.issuers);
        const routes = new HttpsRoutes(name, this.scope, routed, { parent: this });
        const backup = new PostgresBackup(backupName, this.scope, { ...backupArgs(settings), database: postgres }, { parent: this });
        if (settings.backup.s3) {
            new OffsiteCopies(this.scope, settings, settings.backup.s3, { backup, minio }, { parent: this });
        }

        if (settings.loadTest.enabled) {
            new LoadTest("k6-load", this.scope, settings.loadTest, backend, { parent: this });
        }
        const nodes = monitoring.nodeExporter.enabled
            ? this.createNamespace(monitoring.nodeExporter.namespace, { podSecurity: "privileged" })
            : undefined;
        const monitored = { backend: backend.node, minio: minio.node, secrets, nodes, after: [...backend.ready, ...front.ready, routes] };
        const scope = PlatformNamespace.shared(monitoring.namespace,
            { ...this.placement(), logicalPrefix: `${name}-monitoring` }, this);
        const { grafanaPassword } = new GauzianMonitoring(scope, settings, context, monitored, { parent: this });
        this.outputs = this.show(grafanaPassword);
        this.registerOutputs({ namespace, url: this.outputs.url });
    }

    private createNamespace(
        namespace: string, more: Partial<Pick<ConstructorParameters<typeof PlatformNamespace>[1], "priorities" | "podSecurity">>,
    ): Scope {
        return new PlatformNamespace(namespace, { ...this.placement(), ...more }, { parent: this }).scope;
    }

    private placement(): Pick<ConstructorParameters<typeof PlatformNamespace>[1], "platform" | "graph" | "environment"> {
        const { context: { graph, environment }, settings: { protectData } } = this;
        return { platform: this.name, graph, environment: { ...environment, protectData } };
    }

    private createPriorities(): Record<PriorityTier, string> | undefined {
        if (!this.settings.priorityClasses) {
            return undefined;
        }
        const names = { data: `${this.name}-data`, application: `${this.name}-application`, batch: `${this.name}-batch` };
        for (const tier of ["data", "application", "batch"] as const) {
            new k8s.scheduling.v1.PriorityClass(names[tier], {
                metadata: { name: names[tier], labels: { "app.kubernetes.io/part-of": this.name, "app.kubernetes.io/managed-by": "pulumi" } },
                value: priorityValues[tier],
                description: `${this.name}: ${tier}`,
            }, { parent: this });
        }
        return names;
    }

    private createStores(secrets: GauzianSecrets): Stores & { minio: Minio; postgres: Postgres } {
        const { settings } = this;
        // Volume claims come after the secrets, in the order of the platform's document.
        const scope = { ...this.scope, origin: [...this.scope.origin, secrets.secret] };
        const minio = new Minio("minio", scope, minioArgs(settings, secrets), { parent: this });
        return {
            postgres: new Postgres("postgres", scope, postgresArgs(settings, secrets), { parent: this }),
            redis: new RedisStore("redis", scope, redisArgs(settings, secrets), { parent: this }),
            minio,
            storage: settings.s3.useRootCredentials ? minio.rootUser(bucket) : minio.user("backend"),
        };
    }

    private createMigration(secrets: GauzianSecrets, postgres: Stores["postgres"]): pulumi.Resource[] {
        const migration = migrationArgs(this.settings, secrets, postgres);
        return migration ? [new Task(`${this.name}-migrate`, this.scope, migration, { parent: this }).job] : [];
    }

    private createBackend(secrets: GauzianSecrets, stores: Stores, prepared: readonly pulumi.Resource[]): Workload {
        const { settings, scope } = this;
        const backend = new Workload("backend", scope,
            { ...backendArgs(settings, secrets, scope.namespace, stores), after: [secrets.secret, ...prepared] }, { parent: this });
        if (settings.backend.rbacSecretRead) {
            this.letReadSecret(backend, secrets);
        }
        return backend;
    }

    /** The document's Role, which lets whoever steals the pod's token read every secret. */
    private letReadSecret({ serviceAccount }: Workload, { objectName: secret }: GauzianSecrets): void {
        const { namespace, origin } = this.scope;
        const options = { parent: this, dependsOn: [...origin, serviceAccount] };
        const role = new k8s.rbac.v1.Role(`${this.name}-backend-role`, {
            metadata: { name: "backend-role", namespace },
            rules: [{ apiGroups: [""], resources: ["secrets"], resourceNames: [secret], verbs: ["get"] }],
        }, options);
        new k8s.rbac.v1.RoleBinding(`${this.name}-backend-rb`, {
            metadata: { name: "backend-rb", namespace },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "backend-role" },
            subjects: [{ kind: "ServiceAccount", name: "backend-sa", namespace }],
        }, { ...options, dependsOn: [role] });
    }

    private show(grafanaPassword: pulumi.Output<string>): GauzianOutputs {
        const { page, minio, grafana } = hosts(this.settings);
        return {
            url: `https://${page}/`,
            grafanaUrl: `https://${grafana}/`,
            grafanaUser: "admin",
            grafanaPassword,
            dnsNames: [page, minio, grafana],
            restore: `kubectl create job restore-1 --from=cronjob/postgres-restore --namespace ${this.scope.namespace}`,
        };
    }
}
