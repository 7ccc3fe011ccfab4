import type * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../../app/workload";
import type { WorkloadNode } from "../../kit/graph";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../kit/scope";
import { dashboardJson } from "../../monitoring/dashboards/dashboard";
import { MonitoringStack } from "../../monitoring/monitoringStack";
import type { Telemetry } from "../../monitoring/telemetry";
import { availabilityTelemetry } from "../../monitoring/telemetry/availability";
import { backupTelemetry } from "../../monitoring/telemetry/backup";
import { containerTelemetry } from "../../monitoring/telemetry/containers";
import { memoryTelemetry } from "../../monitoring/telemetry/memory";
import { objectStorageTelemetry } from "../../monitoring/telemetry/objectStorage";
import { objectStorageCapacityTelemetry } from "../../monitoring/telemetry/objectStorageCapacity";
import { podTelemetry } from "../../monitoring/telemetry/pods";
import { scrapingTelemetry } from "../../monitoring/telemetry/scraping";
import { storageTelemetry } from "../../monitoring/telemetry/storage";
import type { PlatformContext } from "../definition";
import type { StormSettings } from "./settings";

/** What is monitored. */
export interface Monitored {
    readonly services: readonly Workload[];
    readonly minio: WorkloadNode;
    /** CronJobs that make dumps. */
    readonly backups: readonly string[];
}

const minioJob = "storm-minio";

/** Prometheus and Grafana in Storm's namespace: an overview, and a dashboard for each kind of store. */
export class StormMonitoring extends ScopedComponent {
    /** Password of Grafana's user `admin`; it is marked as secret. */
    readonly grafanaPassword?: pulumi.Output<string>;

    constructor(
        scope: Scope, settings: StormSettings, context: PlatformContext,
        private readonly monitored: Monitored, opts?: pulumi.ComponentResourceOptions,
    ) {
        super("storm:Monitoring", "monitoring", scope, opts);
        const stores = this.stores();
        const overview = this.overview();
        const dashboard = (uid: string, title: string, telemetry: readonly Telemetry[]): string =>
            dashboardJson({ uid, title, tags: ["storm"], telemetry });
        const { monitoring: { storage: size, retention, operator }, storageClass } = settings;
        const { services, minio } = monitored;
        const { grafana } = new MonitoringStack(scope, {
            alerting: context.alerting,
            operator,
            prometheus: {
                jobs: [{ job: minioJob, workload: minio, port: "api", path: "/minio/v2/metrics/cluster", intervalSeconds: 30 }],
                telemetry: [...overview, ...Object.values(stores).flat()],
                storage: { size, storageClass },
                retention,
                after: services.flatMap(({ ready }) => ready),
            },
            grafana: {
                dashboards: {
                    "storm.json": dashboard("storm", "Storm overview", overview),
                    ...Object.fromEntries(Object.entries(stores).map(([title, telemetry]) => {
                        const uid = `storm-${title.toLowerCase().replace(/ /g, "-")}`;
                        return [`${uid}.json`, dashboard(uid, title, telemetry)];
                    })),
                },
                rootUrl: null,
            },
        }, { parent: this });
        if (grafana) {
            this.grafanaPassword = grafana.adminPassword;
        }
        this.registerOutputs({});
    }

    private overview(): Telemetry[] {
        const { namespace } = this.scope;
        const names = this.monitored.services.map(({ objectName }) => objectName);
        return [
            availabilityTelemetry({
                namespace, deployment: "gateway-service", alert: "GatewayDown", others: names.filter(name => name !== "gateway-service"),
            }),
            memoryTelemetry({ namespace, containers: names }),
            ...this.monitored.services.map(({ objectName: app, node: { capacity } }) => containerTelemetry({
                namespace, app, container: app, title: app, requests: capacity.containers[0]?.requests ?? { cpu: "1", memory: "1Gi" },
            })),
            podTelemetry({ namespaces: [namespace] }),
            storageTelemetry({ namespace }),
            ...this.monitored.backups.map(cronJob => ({ ...backupTelemetry({ namespace, cronJob }), name: `Backup ${cronJob}` })),
            scrapingTelemetry(),
        ];
    }

    /** What the stores bring along, by the title of their dashboard. */
    private stores(): Record<string, Telemetry[]> {
        return {
            ...Object.fromEntries(["NATS JetStream", "PostgreSQL", "Redis"].map(title => [title, this.telemetryCalled(title)])),
            "MinIO": [objectStorageTelemetry({ job: minioJob }), objectStorageCapacityTelemetry({ job: minioJob })],
        };
    }

    /** What workloads bring along under one name; several of them get the workloads' names, for groups of rules must differ. */
    private telemetryCalled(name: string): Telemetry[] {
        const { graph, namespace } = this.scope;
        const found = graph.workloads.filter(workload => workload.namespace === namespace)
            .flatMap(workload => (workload.telemetry ?? []).filter(part => part.name === name).map(part => ({ workload, part })));
        return found.map(({ workload, part }) => found.length > 1 ? { ...part, name: `${name} ${workload.name}` } : part);
    }
}
