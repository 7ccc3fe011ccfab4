import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Task } from "../../app/task";
import { Workload } from "../../app/workload";
import type { Connectable } from "../../kit/connection";
import type { Scope } from "../../kit/scope";
import { logicalName } from "../../kit/scope";
import type { ConfigFiles } from "../../kit/volumes";
import type { PostgresProperty } from "../../data/postgres";
import { exporterRole, Postgres } from "../../data/postgres";
import { RedisCache } from "../../data/redis";
import { HttpsRoutes } from "../../edge/httpsRoutes";
import { rateLimit, securityHeaders } from "../../edge/middlewares";
import { recommendedLabels } from "../../kit/labels";
import { resources } from "../../kit/resources";
import { PlatformNamespace } from "../../security/platformNamespace";
import type { PlatformContext } from "../definition";
import { backendArgs } from "./backend";
import { initDatabaseScript, initSql } from "./content";
import { frontendArgs, frontendFiles } from "./frontend";
import { loadGeneratorArgs } from "./loadGenerator";
import type { TaskFlowSettings } from "./settings";

/** A to-do application that scales under load: page, API, PostgreSQL, Redis and its own monitoring, in one namespace. */
export class TaskFlow extends pulumi.ComponentResource {
    private readonly scope: Scope;

    constructor(
        name: string, private readonly settings: TaskFlowSettings, private readonly context: PlatformContext,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("platforms:platforms:TaskFlow", name, {}, opts);
        this.scope = new PlatformNamespace(name, { platform: name, ...context }, { parent: this }).scope;
        const postgres = this.createPostgres();
        const redis = this.createRedis();
        const api = this.createBackend(postgres, redis);
        const frontend = this.createFrontend(api);
        this.createRoutes({ [this.host()]: frontend });
        this.createLoadGenerator(api);
        this.registerOutputs({});
    }

    private createPostgres(): Connectable<PostgresProperty> {
        const { postgres: { seedRows, ...postgres }, storageClass } = this.settings;
        return new Postgres("postgres", this.scope, {
            ...postgres,
            user: "taskflow",
            storageClass,
            resources: resources("250m/256Mi", "500m/512Mi"),
            initialization: {
                jobName: "taskflow-db-init",
                script: initDatabaseScript(),
                config: {
                    name: "postgres-init-script",
                    files: { "init.sql": initSql({ seedRows, exporter: { role: exporterRole, password: "EXPORTER_PASSWORD" } }) },
                },
            },
        }, { parent: this });
    }

    private createRedis(): Connectable {
        const { image, authentication } = this.settings.redis;
        return new RedisCache("redis", this.scope, {
            image,
            authentication,
            maximumMemory: "128mb",
            resources: resources("100m/64Mi", "200m/192Mi"),
        }, { parent: this });
    }

    private createBackend(postgres: Connectable<PostgresProperty>, redis: Connectable): Workload {
        const args = backendArgs(this.settings, this.context.environment, this.scope.namespace, { postgres, redis });
        return new Workload("backend-api", this.scope, args, { parent: this });
    }

    private createFrontend(api: Workload): Workload {
        const files = frontendFiles(this.settings, this.scope.namespace, api);
        const after = Object.values(files).map(config => this.createConfigMap("frontend", config));
        const args = frontendArgs(this.settings, this.context.environment, api, files);
        return new Workload("frontend", this.scope, { ...args, after }, { parent: this });
    }

    private createRoutes(workloads: Readonly<Record<string, Workload>>): void {
        if ((this.settings.expose ?? this.context.environment.exposure) === "ingress") {
            new HttpsRoutes("taskflow", this.scope, {
                routes: Object.entries(workloads).map(([host, to]) => ({ host, to })),
                middlewares: { "security-headers": securityHeaders(), "rate-limit": rateLimit(100, 200) },
            }, { parent: this });
        }
    }

    private createLoadGenerator(api: Workload): void {
        if (this.settings.loadTest.enabled) {
            new Task("load-generator", this.scope, loadGeneratorArgs(this.settings, api), { parent: this });
        }
    }

    private host(): string {
        return `taskflow.${this.context.environment.domain}`;
    }

    private createConfigMap(workload: string, { name, files }: ConfigFiles): k8s.core.v1.ConfigMap {
        const { platform, namespace, origin } = this.scope;
        const labels = recommendedLabels({ platform, name: workload, component: "presentation" });
        return new k8s.core.v1.ConfigMap(logicalName(platform, name), { metadata: { name, namespace, labels }, data: { ...files } },
            { parent: this, dependsOn: [...origin] });
    }
}
