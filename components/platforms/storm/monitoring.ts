import type * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../../app/workload";
import type { WorkloadNode } from "../../kit/graph";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import { boardDashboards } from "../../monitoring/grafana/boards";
import { dashboardJson } from "../../monitoring/grafana/dashboard";
import { MonitoringStack, selfMonitoring } from "../../monitoring/monitoringStack";
import type { Telemetry } from "../../kit/telemetry";
import { availabilityTelemetry } from "../../monitoring/rules/availability";
import { containerTelemetry } from "../../monitoring/rules/containers";
import { facilityTelemetry } from "../../monitoring/rules/facilities";
import { memoryTelemetry } from "../../monitoring/rules/memory";
import { objectStorageTelemetry } from "../../data/minio/telemetry";
import { objectStorageCapacityTelemetry } from "../../data/minio/capacityTelemetry";
import { podTelemetry } from "../../monitoring/rules/pods";
import { readinessLevelTelemetry } from "../../monitoring/rules/tierLevel";
import { storageTelemetry } from "../../monitoring/rules/storage";
import type { PlatformContext } from "../definition";
import type { StormSettings } from "./settings";

/** What is monitored. */
export interface Monitored {
    readonly services: readonly Workload[];
    readonly minio: WorkloadNode;
}

const minioJob = "storm-minio";

/** Prometheus and Grafana in Storm's namespace: an overview, and a dashboard for each kind of store. */
export class StormMonitoring extends ScopedComponent {
    /** Password of Grafana's user `admin`; it is marked as secret. */
    readonly grafanaPassword?: pulumi.Output<string>;

    constructor(
        scope: Scope, private readonly settings: StormSettings, private readonly context: PlatformContext,
        private readonly monitored: Monitored, opts?: pulumi.ComponentResourceOptions,
    ) {
        super("storm:Monitoring", "monitoring", scope, opts);
        const stores = this.stores();
        const overview = this.overview();
        const telemetry = [...overview, ...this.serviceLevels(), ...stores, ...this.facilities()];
        const { monitoring: { storage: size, retention, operator }, storageClass } = settings;
        const { services, minio } = monitored;
        const { grafana } = new MonitoringStack(scope, {
            alerting: context.alerting,
            jobs: [{ job: minioJob, workload: minio, port: "api", path: "/minio/v2/metrics/cluster", intervalSeconds: 30 }],
            telemetry,
            dashboards: {
                "storm.json": dashboardJson({ uid: "storm", title: "Storm overview", tags: ["storm"], telemetry: overview }),
                ...boardDashboards({ platform: "storm", title: "Storm", telemetry }),
            },
            own: operator ? null : {
                prometheus: { storage: { size, storageClass }, retention, after: services.flatMap(({ ready }) => ready) },
                grafana: { rootUrl: null },
            },
        }, { parent: this });
        if (grafana) {
            this.grafanaPassword = grafana.adminPassword;
        }
        this.registerOutputs();
    }

    private overview(): Telemetry[] {
        const { namespace } = this.scope;
        const names = this.monitored.services.map(({ objectName }) => objectName);
        return [
            availabilityTelemetry({
                namespace, deployment: "gateway-service", alert: "GatewayDown", others: names.filter(name => name !== "gateway-service"),
            }),
            memoryTelemetry({ namespaces: [namespace] }),
            ...this.monitored.services.map(({ objectName: app, node: { capacity } }) => containerTelemetry({
                namespace, app, container: app, title: app, requests: capacity.containers[0]?.requests ?? { cpu: "1", memory: "1Gi" },
            })),
            podTelemetry({ namespaces: [namespace] }),
            storageTelemetry({ namespace }),
            ...this.brought().filter(({ board }) => board === "backups"),
            ...selfMonitoring(this.context.environment, this.settings.monitoring.operator),
        ];
    }

    /** Services are judged by their ready pods: not every image counts its requests. */
    private serviceLevels(): Telemetry[] {
        const { namespace } = this.scope;
        return this.monitored.services.map(({ objectName: service }) =>
            readinessLevelTelemetry({ namespace, service, slo: { availability: 99.5 } }));
    }

    /** What the stores bring along. */
    private stores(): Telemetry[] {
        return [
            ...this.brought().filter(({ board }) => board !== "backups"),
            objectStorageTelemetry({ job: minioJob }), objectStorageCapacityTelemetry({ job: minioJob }),
        ];
    }

    /** What the namespace's workloads bring along. */
    private brought(): Telemetry[] {
        return this.workloads().flatMap(({ telemetry = [] }) => telemetry);
    }

    /** What every namespace brings along. */
    private facilities(): Telemetry[] {
        return facilityTelemetry({ namespaces: [this.scope.namespace], workloads: this.workloads() });
    }

    private workloads(): readonly WorkloadNode[] {
        const { graph, namespace } = this.scope;
        return graph.watchedBy("storm", [namespace]);
    }
}
