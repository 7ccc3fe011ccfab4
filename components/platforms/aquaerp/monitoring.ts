import type * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../../app/workload";
import { HttpsIngress } from "../../edge/httpsIngress";
import type { WorkloadNode } from "../../kit/graph";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import { boardDashboards } from "../../monitoring/grafana/boards";
import { dashboardJson } from "../../monitoring/grafana/dashboard";
import { MonitoringStack, selfMonitoring } from "../../monitoring/monitoringStack";
import type { Telemetry } from "../../kit/telemetry";
import { withoutAlerts } from "../../kit/telemetry";
import { certManagerTelemetry } from "../../monitoring/rules/certManager";
import { facilityTelemetry } from "../../monitoring/rules/facilities";
import { memoryTelemetry } from "../../monitoring/rules/memory";
import { podTelemetry } from "../../monitoring/rules/pods";
import { storageTelemetry } from "../../monitoring/rules/storage";
import type { PlatformContext } from "../definition";
import { alertTelemetry, certManagerJob, rabbitmqJob } from "./alerts";
import { grafanaIngressArgs } from "./edge";
import type { ServiceName } from "./services";
import type { AquaErpSettings } from "./settings";
import { clusterTelemetry, replacedAlerts, serviceLevelTelemetry, serviceTelemetry } from "./telemetry";

/** Seconds between two looks at a service. */
const intervalSeconds = 30;

/** What is monitored. */
export interface Monitored {
    readonly services: readonly Workload[];
    readonly rabbitmq: WorkloadNode;
}

/** Prometheus and Grafana in a namespace beside the platform's own. */
export class AquaErpMonitoring extends ScopedComponent {
    /** Password of Grafana's user `admin`; it is marked as secret. */
    readonly grafanaPassword?: pulumi.Output<string>;
    /** Where it runs. */
    readonly namespace: string;

    constructor(
        scope: Scope, private readonly settings: AquaErpSettings, private readonly context: PlatformContext,
        private readonly monitored: Monitored, opts?: pulumi.ComponentResourceOptions,
    ) {
        super("aquaerp:Monitoring", "monitoring", scope, opts);
        this.namespace = scope.namespace;
        const { grafana } = this.createStack();
        const { grafana: { host } } = settings.monitoring;
        if (grafana && host !== null) {
            new HttpsIngress("grafana", scope, grafanaIngressArgs(settings, host, grafana.workload, context.issuers), { parent: this });
        }
        if (grafana) {
            this.grafanaPassword = grafana.adminPassword;
        }
        this.registerOutputs();
    }

    private createStack(): MonitoringStack {
        const { services, rabbitmq } = this.monitored;
        const { namespace, storageClass, monitoring: { prometheus, grafana, certManager, operator } } = this.settings;
        const dashboard = (uid: string, title: string, telemetry: readonly Telemetry[]): string =>
            dashboardJson({ uid, title, tags: [this.scope.platform], telemetry });
        const rows = {
            services: this.serviceRows(), state: this.stateRows(), cluster: [clusterTelemetry(this.settings)], common: this.commonRows(),
        };
        return new MonitoringStack(this.scope, {
            alerting: this.context.alerting,
            watches: [namespace],
            jobs: [
                ...services.map(({ node }) => ({ job: node.name, workload: node, port: "http", intervalSeconds })),
                { job: rabbitmqJob, workload: rabbitmq, port: "prometheus" },
            ],
            statics: certManager === null ? {} : { [certManagerJob]: certManager },
            telemetry: [
                alertTelemetry(this.settings, { backups: this.context.environment.backupRetentionDays !== null }),
                ...Object.values(rows).flat(),
            ],
            dashboards: {
                "aquaerp.json": dashboard("aquaerp", "AquaERP services", rows.services),
                "aquaerp-state.json": dashboard("aquaerp-state", "AquaERP state", rows.state),
                "aquaerp-cluster.json": dashboard("aquaerp-cluster", "AquaERP cluster resources", rows.cluster),
                ...boardDashboards({ platform: "aquaerp", title: "AquaERP", telemetry: [...rows.state, ...rows.common] }),
            },
            own: operator ? null : {
                prometheus: {
                    storage: { size: prometheus.storage, storageClass },
                    retention: prometheus.retention,
                    after: services.flatMap(({ ready }) => ready),
                },
                grafana: {
                    configMapNames: {
                        provider: "grafana-dashboards-provider", dashboard: file => `grafana-dashboard-${file.replace(/\.json$/, "")}`,
                    },
                    rootUrl: grafana.host === null ? null : `https://${grafana.host}/`,
                    storage: grafana.storage === null ? null : { size: grafana.storage, storageClass },
                    passwordRotation: grafana.rotation,
                },
            },
        }, { parent: this });
    }

    private serviceRows(): Telemetry[] {
        return this.monitored.services.flatMap(({ node: { name, capacity: { containers: [resources] } } }) =>
            (resources ? [serviceTelemetry(this.settings, name as ServiceName, resources)] : []));
    }

    /** Pods, volumes and stores. */
    private stateRows(): Telemetry[] {
        const { namespace } = this.settings;
        const stores = this.workloads().flatMap(({ telemetry = [] }) => telemetry);
        return [podTelemetry({ namespaces: [namespace] }), storageTelemetry({ namespace }), ...stores]
            .map(telemetry => withoutAlerts(telemetry, replacedAlerts));
    }

    private workloads(): readonly WorkloadNode[] {
        return this.scope.graph.watchedBy("aquaerp", [this.settings.namespace]);
    }

    /** What every platform brings along, and the promises of the services. */
    private commonRows(): Telemetry[] {
        const { settings, context: { environment } } = this;
        const { namespace, monitoring: { certManager } } = settings;
        const namespaces = [namespace];
        return [
            ...this.monitored.services.map(({ node: { name } }) => serviceLevelTelemetry(settings, name as ServiceName)),
            memoryTelemetry({ namespaces }),
            ...facilityTelemetry({ namespaces, workloads: this.workloads() }),
            ...(certManager === null ? [] : [certManagerTelemetry({ job: certManagerJob, namespaces })]),
            ...selfMonitoring(environment, settings.monitoring.operator),
        ].map(telemetry => withoutAlerts(telemetry, replacedAlerts));
    }
}
