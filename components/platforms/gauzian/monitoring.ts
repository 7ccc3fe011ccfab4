import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { HttpsRoutes } from "../../edge/httpsRoutes";
import type { WorkloadNode } from "../../kit/graph";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { Mount } from "../../kit/volumes";
import { secretVolume } from "../../kit/volumes";
import { boardDashboards, withDetails } from "../../monitoring/grafana/boards";
import { dashboardJson } from "../../monitoring/grafana/dashboard";
import type { Grafana } from "../../monitoring/grafana/grafana";
import { NodeExporter } from "../../monitoring/exporters/nodeExporter";
import { MonitoringStack, selfMonitoring } from "../../monitoring/monitoringStack";
import { OperatedMonitoring } from "../../monitoring/prometheus/operatedMonitoring";
import type { ScrapeToken, WorkloadJob } from "../../monitoring/prometheus/scrapeConfiguration";
import type { Telemetry } from "../../kit/telemetry";
import { autoscalerTelemetry } from "../../monitoring/rules/autoscaler";
import { facilityTelemetry } from "../../monitoring/rules/facilities";
import { memoryTelemetry } from "../../monitoring/rules/memory";
import { nodeConditionTelemetry } from "../../monitoring/rules/nodeConditions";
import { nodeTelemetry } from "../../monitoring/rules/nodes";
import { objectStorageTelemetry } from "../../data/minio/telemetry";
import { podTelemetry } from "../../monitoring/rules/pods";
import { storageOf } from "../../monitoring/rules/storage";
import { traefikTelemetry } from "../../monitoring/rules/traefik";
import type { PlatformContext } from "../definition";
import { grafanaRouteArgs, hosts } from "./edge";
import type { GauzianSecrets } from "./secrets";
import type { GauzianSettings } from "./settings";
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
        super("gauzian:Monitoring", "monitoring", scope, opts);
        this.nodeExporter = monitored.nodes && new NodeExporter("node-exporter", monitored.nodes, {}, { parent: this });
        const grafana = this.createStack().grafana as Grafana;
        new HttpsRoutes("grafana", scope, grafanaRouteArgs(settings, grafana.workload, context.issuers), { parent: this });
        this.grafanaPassword = grafana.adminPassword;
        this.registerOutputs();
    }

    private createStack(): MonitoringStack {
        const { storageClass, monitoring: { prometheus, grafana, operator, traefikMetrics } } = this.settings;
        const { backend } = this.monitored;
        const token = this.createToken();
        const [own, operated] = this.divided();
        const backendScrape: WorkloadJob = {
            job: backendJob, workload: backend, port: "http", intervalSeconds: 30,
            group: { name: "backend", selector: { app: "backend" } },
            ...(token && { token }),
        };
        if (operator) {
            new OperatedMonitoring("gauzian-backend", this.scope, {
                workloads: [], jobs: [backendScrape], telemetry: operated, runbooks: this.context.environment.runbooks,
            }, { parent: this });
        }
        const [application, system] = [this.application(), this.system()];
        const dashboard = (uid: string, title: string, telemetry: readonly Telemetry[]): string =>
            dashboardJson({ uid, title, tags: [this.scope.platform], telemetry });
        return new MonitoringStack(this.scope, {
            alerting: this.context.alerting,
            watches: this.watchedNamespaces(),
            workloads: this.watched([this.scope.namespace, ...this.watchedNamespaces()]).filter(workload => workload !== backend),
            jobs: [...(operator ? [] : [backendScrape]), ...this.jobs()],
            statics: traefikMetrics === null ? {} : { [traefikJob]: traefikMetrics },
            telemetry: own,
            dashboards: {
                "gauzian.json": dashboard("gauzian", "Gauzian", application),
                "sysadmin.json": dashboard("sysadmin", "SysAdmin", system.map(withDetails)),
                ...boardDashboards({ platform: "gauzian", title: "Gauzian", telemetry: [...application, ...system], without: ["system"] }),
            },
            own: {
                prometheus: {
                    storage: { size: prometheus.storage, storageClass },
                    retention: prometheus.retention,
                    resources: resources("250m/512Mi", "1000m/2Gi"),
                    mounts: token?.mounts ?? [],
                    after: [...this.monitored.after, ...(token?.ready ?? [])],
                },
                grafana: {
                    dataSourceUrl: "http://prometheus:9090",
                    configMapNames: {
                        provider: "grafana-dashboards-provider",
                        dashboard: file => `grafana-dashboard-${file.replace(/\.json$/, "")}`,
                    },
                    rootUrl: `https://${hosts(this.settings).grafana}`,
                    storage: grafana.storage === null ? null : { size: grafana.storage, storageClass },
                    passwordRotation: grafana.rotation,
                    resources: resources("100m/256Mi", "500m/512Mi", "1Gi"),
                },
            },
        }, { parent: this });
    }

    /** What this Prometheus judges, and what only the operator's can, which alone scrapes the backend then. */
    private divided(): [own: Telemetry[], operated: Telemetry[]] {
        const all = [...this.application(), ...this.system()];
        const operated = this.settings.monitoring.operator
            ? all.filter(({ metrics }) => metrics.some(({ from }) => from === backendJob))
            : [];
        return [all.filter(each => !operated.includes(each)), operated];
    }

    /** The metrics' token where Prometheus can read it: a pod sees no Secret of another namespace. */
    private createToken(): ScrapeToken & { mounts: Mount[]; ready: pulumi.Resource[] } | undefined {
        if (!this.settings.backend.metricsSecret) {
            return undefined;
        }
        const [secretName, key] = ["prometheus-backend-token", "token"];
        const secret = new k8s.core.v1.Secret(this.childName(secretName), {
            metadata: { name: secretName, namespace: this.scope.namespace },
            type: "Opaque",
            stringData: { [key]: this.monitored.secrets.value("METRICS_SECRET") },
        }, this.childOptions());
        const mount: Mount = { volume: secretVolume("backend-token", secretName, { [key]: key }), path: tokenFolder, readOnly: true };
        return { file: `${tokenFolder}/${key}`, secretName, key, mounts: [mount], ready: [secret] };
    }

    private jobs(): WorkloadJob[] {
        return [
            { job: objectStorageJob, workload: this.monitored.minio, port: "api", path: "/minio/v2/metrics/cluster" },
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
        const own = this.watched([namespace]);
        const namespaces = [namespace, this.scope.namespace];
        return [
            ...(this.nodeExporter ? [nodeTelemetry(this.nodeExporter.job), nodeConditionTelemetry(this.nodeExporter.job)] : []),
            podTelemetry({ namespaces }),
            autoscalerTelemetry({ namespace, app: "backend", autoscaler: "backend-hpa", scraped: false, maximumMinutes: 15 }),
            ...own.flatMap(({ telemetry = [] }) => telemetry),
            objectStorageTelemetry({ job: objectStorageJob }),
            ...storageOf(namespaces),
            memoryTelemetry({ namespaces }),
            ...facilityTelemetry({ namespaces: this.watchedNamespaces(), workloads: this.watched(this.watchedNamespaces()) }),
            ...(monitoring.traefikMetrics === null ? [] : [traefikTelemetry({ job: traefikJob })]),
            ...selfMonitoring(this.context.environment),
        ];
    }

    private watched(namespaces: readonly string[]): readonly WorkloadNode[] {
        return this.scope.graph.watchedBy("gauzian", namespaces);
    }

    private watchedNamespaces(): string[] {
        return [this.settings.namespace, ...(this.monitored.nodes ? [this.monitored.nodes.namespace] : [])];
    }
}
