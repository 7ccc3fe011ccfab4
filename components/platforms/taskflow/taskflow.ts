import * as pulumi from "@pulumi/pulumi";
import { Task } from "../../app/task";
import { Workload } from "../../app/workload";
import type { Connectable } from "../../kit/connection";
import type { Scope } from "../../kit/scope";
import { createConfigMap } from "../../app/scopedComponent";
import type { PostgresProperty } from "../../data/postgres/contract";
import { createPostgres } from "../../data/postgres/forms";
import { exporterRole } from "../../data/postgres/postgres";
import { PostgresBackup } from "../../data/postgres/backup";
import type { RedisArgs } from "../../data/redis/forms";
import { createRedis } from "../../data/redis/forms";
import { HttpsRoutes } from "../../edge/httpsRoutes";
import { rateLimit, securityHeaders } from "../../edge/middlewares";
import { nginxJobs } from "../../monitoring/exporters/nginxExporter";
import { recommendedLabels } from "../../kit/labels";
import { resources } from "../../kit/resources";
import { boardDashboards } from "../../monitoring/grafana/boards";
import { dashboardJson } from "../../monitoring/grafana/dashboard";
import type { Grafana } from "../../monitoring/grafana/grafana";
import { MonitoringStack, selfMonitoring } from "../../monitoring/monitoringStack";
import type { Telemetry } from "../../kit/telemetry";
import { PlatformNamespace } from "../../security/platformNamespace";
import type { PlatformContext } from "../definition";
import { backendArgs } from "./backend";
import { initSql } from "./content";
import { frontendArgs, frontendFiles, frontendName, publicService } from "./frontend";
import { loadGeneratorArgs } from "./loadGenerator";
import type { TaskFlowSettings } from "./settings";
import { platformTelemetry } from "./telemetry";

/** What the stack shows of TaskFlow. */
export interface TaskFlowOutputs {
    /** Address of the page, or the command that tells it. */
    readonly url: string;
    /** Address of Grafana, or the command that tells it. */
    readonly grafanaUrl?: string;
    readonly grafanaUser?: string;
    /** Marked as secret: `pulumi stack output --show-secrets`. */
    readonly grafanaPassword?: pulumi.Output<string>;
}

/** A to-do application that scales under load: page, API, PostgreSQL, Redis and its own monitoring, in one namespace. */
export class TaskFlow extends pulumi.ComponentResource {
    /** What the stack shows. */
    readonly outputs: TaskFlowOutputs;
    private readonly scope: Scope;

    constructor(
        name: string, private readonly settings: TaskFlowSettings, private readonly context: PlatformContext,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("platforms:platforms:TaskFlow", name, {}, opts);
        this.scope = new PlatformNamespace(name, { platform: name, ...context }, { parent: this }).scope;
        const postgres = this.createPostgres();
        const redis = this.createRedis(postgres);
        this.createBackup(postgres);
        const api = this.createBackend(postgres, redis);
        const frontend = this.createFrontend(api);
        const grafana = this.createMonitoring(frontend);
        this.createRoutes({ [this.host]: frontend, ...(grafana && { [this.grafanaHost]: grafana.workload }) });
        this.createLoadGenerator(api, grafana?.ready ?? frontend.ready);
        this.outputs = this.show(grafana);
        this.registerOutputs({ namespace: this.scope.namespace, url: this.outputs.url });
    }

    private createPostgres(): Connectable<PostgresProperty> {
        const { postgres: { mode: form, seedRows, ...postgres }, storageClass } = this.settings;
        return createPostgres("postgres", this.scope, {
            ...postgres,
            form,
            user: "taskflow",
            storageClass,
            resources: resources("250m/256Mi", "500m/512Mi"),
            initialization: {
                jobName: "taskflow-db-init",
                config: {
                    name: "postgres-init-script",
                    files: { "init.sql": initSql({ seedRows, exporter: { role: exporterRole, password: "EXPORTER_PASSWORD" } }) },
                },
            },
        }, { parent: this });
    }

    private createBackup(database: Connectable<PostgresProperty>): void {
        const { postgres: { image }, storageClass } = this.settings;
        const { backupRetentionDays: retentionDays } = this.context.environment;
        if (retentionDays !== null) {
            new PostgresBackup("postgres-backup", this.scope, { database, image, retentionDays, storageClass }, { parent: this });
        }
    }

    /** Redis needs nothing of the database; it comes after it because the platform's document orders it so. */
    private createRedis(after: Connectable<PostgresProperty>): Connectable {
        const { redis: { mode: form, memoryLimit, replicasPerMaster, ...redis }, storageClass } = this.settings;
        const scope = { ...this.scope, origin: [...this.scope.origin, ...after.ready] };
        const common = { ...redis, resources: resources("100m/64Mi", `200m/${memoryLimit}`) };
        const args: RedisArgs = form === "cluster" ? { form, ...common, replicasPerMaster, storageClass } : { form, ...common };
        return createRedis("redis", scope, args, { parent: this });
    }

    private createBackend(postgres: Connectable<PostgresProperty>, redis: Connectable): Workload {
        const args = backendArgs(this.settings, this.context.environment, this.scope.namespace, { postgres, redis });
        return new Workload("backend-api", this.scope, args, { parent: this });
    }

    private createFrontend(api: Workload): Workload {
        const files = frontendFiles(this.settings, this.scope.namespace, api);
        const labels = recommendedLabels({ platform: this.scope.platform, name: frontendName, component: "presentation" });
        const after = Object.values(files).map(config => createConfigMap(this.scope, config, labels, this));
        const args = frontendArgs(this.settings, this.context.environment, { namespace: this.scope.namespace, api, files });
        return new Workload(frontendName, this.scope, { ...args, after }, { parent: this });
    }

    private createMonitoring(frontend: Workload): Grafana | undefined {
        const { prometheus: { storage: size, operator, ...prometheus }, grafana, storageClass } = this.settings;
        const [platform, title, telemetry] = ["taskflow", "TaskFlow", this.telemetry()];
        return new MonitoringStack(this.scope, {
            alerting: this.context.alerting,
            telemetry,
            jobs: nginxJobs(frontend),
            dashboards: {
                "taskflow.json": dashboardJson({ uid: platform, title, tags: [platform], telemetry }),
                ...boardDashboards({ platform, title, telemetry }),
            },
            own: operator ? null : {
                prometheus: { ...prometheus, storage: { size, storageClass }, after: frontend.ready },
                grafana: {
                    rootUrl: this.isRouted ? `https://${this.grafanaHost}/` : null,
                    service: publicService(this.settings, this.context.environment, 3000),
                    storage: grafana.storage === null ? null : { size: grafana.storage, storageClass },
                    passwordRotation: grafana.rotation,
                },
            },
        }, { parent: this }).grafana;
    }

    private telemetry(): Telemetry[] {
        const self = selfMonitoring(this.context.environment, this.settings.prometheus.operator);
        return [...platformTelemetry(this.scope.graph, this.scope.namespace), ...self];
    }

    private createRoutes(workloads: Readonly<Record<string, Workload>>): void {
        if (this.isRouted) {
            new HttpsRoutes("taskflow", this.scope, {
                routes: Object.entries(workloads).map(([host, to]) => ({ host, to })),
                middlewares: { "security-headers": securityHeaders(), "rate-limit": rateLimit(100, 200) },
            }, { parent: this });
        }
    }

    private createLoadGenerator(api: Workload, after: readonly pulumi.Resource[]): void {
        if (this.settings.loadTest.enabled) {
            new Task("load-generator", this.scope, { ...loadGeneratorArgs(this.settings, api), after }, { parent: this });
        }
    }

    private get isRouted(): boolean {
        return (this.settings.expose ?? this.context.environment.exposure) === "ingress";
    }

    private get host(): string {
        return `taskflow.${this.context.environment.domain}`;
    }

    private get grafanaHost(): string {
        return `grafana.${this.host}`;
    }

    /** Where people find the front ends; a load balancer's address is known to the cluster alone. */
    private show(grafana: Grafana | undefined): TaskFlowOutputs {
        const address = (host: string, service: string): string =>
            this.isRouted ? `https://${host}/` : `kubectl get service ${service} --namespace ${this.scope.namespace}`;
        return {
            url: address(this.host, frontendName),
            ...(grafana && {
                grafanaUrl: address(this.grafanaHost, "grafana"), grafanaUser: "admin", grafanaPassword: grafana.adminPassword,
            }),
        };
    }
}
