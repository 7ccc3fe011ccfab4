import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../../app/workload";
import { HttpsIngress } from "../../edge/httpsIngress";
import type { WorkloadNode } from "../../kit/graph";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../kit/scope";
import { boardDashboards } from "../../monitoring/dashboards/boards";
import { dashboardJson } from "../../monitoring/dashboards/dashboard";
import { Grafana } from "../../monitoring/grafana";
import { Prometheus } from "../../monitoring/prometheus";
import type { Telemetry } from "../../monitoring/telemetry";
import { withoutAlerts } from "../../monitoring/telemetry";
import { backupTelemetry } from "../../monitoring/telemetry/backup";
import { certManagerTelemetry } from "../../monitoring/telemetry/certManager";
import { facilityTelemetry } from "../../monitoring/telemetry/facilities";
import { memoryTelemetry } from "../../monitoring/telemetry/memory";
import { podTelemetry } from "../../monitoring/telemetry/pods";
import { scrapingTelemetry } from "../../monitoring/telemetry/scraping";
import { storageTelemetry } from "../../monitoring/telemetry/storage";
import type { PlatformContext } from "../definition";
import { alertTelemetry, backupName, certManagerJob, rabbitmqJob } from "./alerts";
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
    readonly grafanaPassword: pulumi.Output<string>;
    /** Where it runs. */
    readonly namespace: string;

    constructor(
        scope: Scope, private readonly settings: AquaErpSettings, private readonly context: PlatformContext,
        private readonly monitored: Monitored, opts?: pulumi.ComponentResourceOptions,
    ) {
        super("aquaerp:Monitoring", "monitoring", scope, opts);
        this.namespace = scope.namespace;
        const grafana = this.createGrafana(this.createPrometheus());
        this.createServiceMonitors();
        const { grafana: { host } } = settings.monitoring;
        if (host !== null) {
            new HttpsIngress("grafana", scope, grafanaIngressArgs(settings, host, grafana.workload, context.issuers), { parent: this });
        }
        this.grafanaPassword = grafana.adminPassword;
        this.registerOutputs({});
    }

    private createPrometheus(): Prometheus {
        const { services, rabbitmq } = this.monitored;
        const { namespace, storageClass, monitoring: { prometheus: { storage: size, retention }, certManager } } = this.settings;
        const { alertmanager, runbooks, backupRetentionDays } = this.context.environment;
        return new Prometheus("prometheus", this.scope, {
            workloads: this.scope.graph.workloads,
            watches: [namespace],
            jobs: [
                ...services.map(({ node }) => ({ job: node.name, workload: node, port: "http", intervalSeconds })),
                { job: rabbitmqJob, workload: rabbitmq, port: "prometheus" },
            ],
            statics: certManager === null ? {} : { [certManagerJob]: certManager },
            telemetry: [
                alertTelemetry(this.settings, { backups: backupRetentionDays !== null }),
                ...this.serviceRows(), ...this.stateRows(), clusterTelemetry(this.settings), ...this.commonRows(),
            ],
            kubeStateMetrics: null,
            alertmanager,
            runbooks,
            storage: { size, storageClass },
            retention,
            after: services.flatMap(({ ready }) => ready),
        }, { parent: this });
    }

    private createGrafana(prometheus: Prometheus): Grafana {
        const { storageClass, monitoring: { grafana: { storage: size, host, rotation } } } = this.settings;
        const tags = [this.scope.platform];
        const dashboard = (uid: string, title: string, telemetry: Telemetry[]): string => dashboardJson({ uid, title, tags, telemetry });
        return new Grafana("grafana", this.scope, {
            prometheus,
            dashboards: {
                "aquaerp.json": dashboard("aquaerp", "AquaERP services", this.serviceRows()),
                "aquaerp-state.json": dashboard("aquaerp-state", "AquaERP state", this.stateRows()),
                "aquaerp-cluster.json": dashboard("aquaerp-cluster", "AquaERP cluster resources", [clusterTelemetry(this.settings)]),
                ...boardDashboards({ platform: "aquaerp", title: "AquaERP", telemetry: [...this.stateRows(), ...this.commonRows()] }),
            },
            configMapNames: { provider: "grafana-dashboards-provider", dashboard: file => `grafana-dashboard-${file.replace(/\.json$/, "")}` },
            rootUrl: host === null ? null : `https://${host}/`,
            storage: size === null ? null : { size, storageClass },
            passwordRotation: rotation,
        }, { parent: this });
    }

    private serviceRows(): Telemetry[] {
        return this.monitored.services.flatMap(({ node: { name, capacity: { containers: [resources] } } }) =>
            (resources ? [serviceTelemetry(this.settings, name as ServiceName, resources)] : []));
    }

    /** Pods, volumes and stores. */
    private stateRows(): Telemetry[] {
        const { namespace } = this.settings;
        const stores = this.scope.graph.workloads.filter(workload => workload.namespace === namespace)
            .flatMap(({ telemetry = [] }) => telemetry);
        return [podTelemetry({ namespaces: [namespace] }), storageTelemetry({ namespace }), ...stores]
            .map(telemetry => withoutAlerts(telemetry, replacedAlerts));
    }

    /** What every platform brings along, and the promises of the services. */
    private commonRows(): Telemetry[] {
        const { settings, scope: { graph: { workloads } }, context: { environment } } = this;
        const { namespace, monitoring: { certManager } } = settings;
        const namespaces = [namespace];
        return [
            ...this.monitored.services.map(({ node: { name } }) => serviceLevelTelemetry(settings, name as ServiceName)),
            memoryTelemetry({ namespaces }),
            ...facilityTelemetry({ namespaces, workloads }),
            ...(environment.backupRetentionDays === null ? [] : [backupTelemetry({ namespace, cronJob: backupName })]),
            ...(certManager === null ? [] : [certManagerTelemetry({ job: certManagerJob, namespaces })]),
            scrapingTelemetry({ notifies: environment.alertmanager !== null }),
        ].map(telemetry => withoutAlerts(telemetry, replacedAlerts));
    }

    /** For the Prometheus Operator, beside the scrape jobs. */
    private createServiceMonitors(): void {
        const { namespace, monitoring: { serviceMonitors } } = this.settings;
        for (const { node: { name } } of serviceMonitors ? this.monitored.services : []) {
            new k8s.apiextensions.CustomResource(this.childName(`${name}-monitor`), {
                apiVersion: "monitoring.coreos.com/v1",
                kind: "ServiceMonitor",
                metadata: {
                    name, namespace: this.scope.namespace, labels: { app: name, "app.kubernetes.io/part-of": this.scope.platform },
                },
                spec: {
                    selector: { matchLabels: { app: name } },
                    namespaceSelector: { matchNames: [namespace] },
                    endpoints: [{ port: "http", path: "/metrics", interval: `${intervalSeconds}s` }],
                },
            }, this.childOptions());
        }
    }
}
