import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { HttpsRoutes } from "../../edge/httpsRoutes";
import type { WorkloadNode } from "../../kit/graph";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../kit/scope";
import type { Mount } from "../../kit/volumes";
import { secretVolume } from "../../kit/volumes";
import { boardDashboards, withDetails } from "../../monitoring/dashboards/boards";
import { dashboardJson } from "../../monitoring/dashboards/dashboard";
import { Grafana } from "../../monitoring/grafana";
import { NodeExporter } from "../../monitoring/nodeExporter";
import { Prometheus } from "../../monitoring/prometheus";
import type { WorkloadJob } from "../../monitoring/scrapeConfiguration";
import type { Telemetry } from "../../monitoring/telemetry";
import { autoscalerTelemetry } from "../../monitoring/telemetry/autoscaler";
import { backupTelemetry } from "../../monitoring/telemetry/backup";
import { facilityTelemetry } from "../../monitoring/telemetry/facilities";
import { memoryTelemetry } from "../../monitoring/telemetry/memory";
import { nodeTelemetry } from "../../monitoring/telemetry/nodes";
import { objectStorageTelemetry } from "../../monitoring/telemetry/objectStorage";
import { podTelemetry } from "../../monitoring/telemetry/pods";
import { scrapingTelemetry } from "../../monitoring/telemetry/scraping";
import { storageTelemetry } from "../../monitoring/telemetry/storage";
import { traefikTelemetry } from "../../monitoring/telemetry/traefik";
import type { PlatformContext } from "../definition";
import { grafanaRouteArgs, hosts } from "./edge";
import type { GauzianSecrets } from "./secrets";
import type { GauzianSettings } from "./settings";
import { backupName } from "./stores";
import { applicationTelemetry, backendJob, backendLevel, objectStorageJob, traefikJob } from "./telemetry";

/** What is monitored. */
export interface Monitored {
    readonly backend: WorkloadNode;
    readonly minio: WorkloadNode;
    readonly secrets: GauzianSecrets;
    /** Scope of node-exporter's namespace; undefined where the cluster has one already. */
    readonly nodes: Scope | undefined;
    /** What must be ready before monitoring starts. */
    readonly after: readonly pulumi.Resource[];
}

const tokenFolder = "/etc/prometheus-token";

/** Prometheus, Grafana with both dashboards and kube-state-metrics in the namespace `monitoring`, node-exporter beside it. */
export class GauzianMonitoring extends ScopedComponent {
    /** Password of Grafana's user `admin`; it is marked as secret. */
    readonly grafanaPassword: pulumi.Output<string>;
    private readonly nodeExporter: NodeExporter | undefined;

    constructor(
        scope: Scope, private readonly settings: GauzianSettings, private readonly context: PlatformContext,
        private readonly monitored: Monitored, opts?: pulumi.ComponentResourceOptions,
    ) {
        super("platforms:GauzianMonitoring", "monitoring", scope, opts);
        this.nodeExporter = monitored.nodes && new NodeExporter("node-exporter", monitored.nodes, {}, { parent: this });
        const prometheus = this.createPrometheus();
        const grafana = this.createGrafana(prometheus);
        this.createServiceMonitor();
        new HttpsRoutes("grafana", scope, grafanaRouteArgs(settings, grafana.workload, context.issuers), { parent: this });
        this.grafanaPassword = grafana.adminPassword;
        this.registerOutputs({});
    }

    private createPrometheus(): Prometheus {
        const { prometheus: { storage: size, retention }, operator, traefikMetrics } = this.settings.monitoring;
        const token = this.createToken();
        const telemetry = [...this.application(), ...this.system()]
            // What only the operator's Prometheus scrapes, this one cannot judge.
            .filter(({ metrics }) => !operator || metrics.every(({ from }) => from !== backendJob));
        return new Prometheus("prometheus", this.scope, {
            watches: this.watchedNamespaces(),
            jobs: this.jobs(token.mounts),
            statics: traefikMetrics === null ? {} : { [traefikJob]: traefikMetrics },
            workloads: this.scope.graph.workloads,
            telemetry,
            kubeStateMetrics: null,
            alertmanager: this.context.environment.alertmanager,
            runbooks: this.context.environment.runbooks,
            storage: { size, storageClass: this.settings.storageClass },
            retention,
            resources: resources("250m/512Mi", "1000m/2Gi"),
            mounts: token.mounts,
            after: [...this.monitored.after, ...token.ready],
        }, { parent: this });
    }

    private createGrafana(prometheus: Prometheus): Grafana {
        const { grafana: { storage: size, rotation } } = this.settings.monitoring;
        const tags = [this.scope.platform];
        const [application, system] = [this.application(), this.system()];
        const telemetry = [...application, ...system];
        return new Grafana("grafana", this.scope, {
            prometheus,
            dataSourceUrl: "http://prometheus:9090",
            dashboards: {
                "gauzian.json": dashboardJson({ uid: "gauzian", title: "Gauzian", tags, telemetry: application }),
                "sysadmin.json": dashboardJson({ uid: "sysadmin", title: "SysAdmin", tags, telemetry: system.map(withDetails) }),
                ...boardDashboards({ platform: "gauzian", title: "Gauzian", telemetry, without: ["system"] }),
            },
            configMapNames: {
                provider: "grafana-dashboards-provider",
                dashboard: file => `grafana-dashboard-${file.replace(/\.json$/, "")}`,
            },
            rootUrl: `https://${hosts(this.settings).grafana}`,
            storage: size === null ? null : { size, storageClass: this.settings.storageClass },
            passwordRotation: rotation,
            resources: resources("100m/256Mi", "500m/512Mi", "1Gi"),
        }, { parent: this });
    }

    /** The metrics' token where Prometheus can read it: a pod sees no Secret of another namespace. */
    private createToken(): { mounts: Mount[]; ready: pulumi.Resource[] } {
        if (!this.settings.backend.metricsSecret) {
            return { mounts: [], ready: [] };
        }
        const name = "prometheus-backend-token";
        const secret = new k8s.core.v1.Secret(this.childName(name), {
            metadata: { name, namespace: this.scope.namespace },
            type: "Opaque",
            stringData: { token: this.monitored.secrets.value("METRICS_SECRET") },
        }, this.childOptions());
        return { mounts: [{ volume: secretVolume("backend-token", name, { token: "token" }), path: tokenFolder, readOnly: true }], ready: [secret] };
    }

    /** For the Prometheus Operator, in place of the scrape job. */
    private createServiceMonitor(): void {
        if (!this.settings.monitoring.operator) {
            return;
        }
        const { platform, namespace } = this.scope;
        new k8s.apiextensions.CustomResource(this.childName("backend"), {
            apiVersion: "monitoring.coreos.com/v1",
            kind: "ServiceMonitor",
            metadata: { name: "backend", namespace, labels: { app: "backend", "app.kubernetes.io/part-of": platform } },
            spec: {
                selector: { matchLabels: { app: "backend" } },
                namespaceSelector: { matchNames: [this.settings.namespace] },
                endpoints: [{ port: "http", path: "/metrics", interval: "30s" }],
            },
        }, this.childOptions());
        const operated = { type: "external" as const, name: "operated-prometheus", peers: [{
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
            podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/managed-by": "prometheus-operator" } },
        }] };
        this.scope.graph.addEdge(operated, this.monitored.backend, { number: 8080 });
    }

    private jobs(token: readonly Mount[]): WorkloadJob[] {
        const { backend, minio } = this.monitored;
        const tokenFile = token.length > 0 ? { tokenFile: `${tokenFolder}/token` } : {};
        return [
            ...(this.settings.monitoring.operator
                ? []
                : [{ job: backendJob, workload: backend, port: "http", intervalSeconds: 30, ...tokenFile }]),
            { job: objectStorageJob, workload: minio, port: "api", path: "/minio/v2/metrics/cluster" },
            ...(this.nodeExporter ? [this.nodeExporter.job] : []),
        ];
    }

    /** Row and alerts of the application's dashboard. */
    private application(): Telemetry[] {
        const { namespace, metrics: { schema } } = this.settings;
        return [applicationTelemetry({ namespace, schema }), backendLevel({ namespace, schema })];
    }

    /** Rows and alerts of the system's dashboard. */
    private system(): Telemetry[] {
        const { namespace, monitoring } = this.settings;
        const own = this.scope.graph.workloads.filter(workload => workload.namespace === namespace);
        const namespaces = [namespace, this.scope.namespace];
        return [
            ...(this.nodeExporter ? [nodeTelemetry({ job: this.nodeExporter.job.job })] : []),
            podTelemetry({ namespaces }),
            autoscalerTelemetry({ namespace, app: "backend", autoscaler: "backend-hpa", scraped: false, maximumMinutes: 15 }),
            ...own.flatMap(({ telemetry = [] }) => telemetry),
            objectStorageTelemetry({ job: objectStorageJob }),
            backupTelemetry({ namespace, cronJob: backupName }),
            storageTelemetry({ namespace }),
            memoryTelemetry({ namespaces }),
            ...facilityTelemetry({ namespaces: this.watchedNamespaces(), workloads: this.scope.graph.workloads }),
            ...(monitoring.traefikMetrics === null ? [] : [traefikTelemetry({ job: traefikJob })]),
            scrapingTelemetry({ notifies: this.context.environment.alertmanager !== null }),
        ];
    }

    private watchedNamespaces(): string[] {
        return [this.settings.namespace, ...(this.monitored.nodes ? [this.monitored.nodes.namespace] : [])];
    }
}
