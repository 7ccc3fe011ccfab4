import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { HttpsRoutes } from "../../edge/httpsRoutes";
import type { ExternalNode, WorkloadNode } from "../../kit/graph";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../kit/scope";
import { boardDashboards, withDetails } from "../../monitoring/dashboards/boards";
import { dashboardJson } from "../../monitoring/dashboards/dashboard";
import { Grafana } from "../../monitoring/grafana";
import { Prometheus } from "../../monitoring/prometheus";
import type { Telemetry } from "../../monitoring/telemetry";
import { autoscalerTelemetry } from "../../monitoring/telemetry/autoscaler";
import { facilityTelemetry } from "../../monitoring/telemetry/facilities";
import { objectStorageTelemetry } from "../../monitoring/telemetry/objectStorage";
import { objectStorageCapacityTelemetry } from "../../monitoring/telemetry/objectStorageCapacity";
import { podTelemetry } from "../../monitoring/telemetry/pods";
import { scrapingTelemetry } from "../../monitoring/telemetry/scraping";
import { storageTelemetry } from "../../monitoring/telemetry/storage";
import type { PlatformContext } from "../definition";
import { grafanaHostOf, grafanaRoutes } from "./edge";
import type { Namespaces } from "./namespaces";
import type { ServiceName } from "./services";
import { serviceNames } from "./services";
import type { EcommerceSettings } from "./settings";
import { infrastructureTelemetry, overviewTelemetry, serviceLevel, serviceTelemetry } from "./telemetry";

/** Before every name in the namespace, which other platforms have things of the same kind in. */
const prefix = "e-commerce";

const objectStorageJob = "e-commerce-minio";
const intervalSeconds = 30;

/** Prometheus and Grafana for the shop, or what a Prometheus Operator on the cluster needs to do their work. */
export class EcommerceMonitoring extends ScopedComponent {
    /** Host of Grafana. */
    readonly host: string;
    /** Password of Grafana's user `admin`; it is marked as secret. */
    readonly grafanaPassword?: pulumi.Output<string>;
    private readonly application: string;
    private readonly messaging: string;

    constructor(
        scope: Scope, private readonly settings: EcommerceSettings, private readonly context: PlatformContext,
        namespaces: Namespaces, opts?: pulumi.ComponentResourceOptions,
    ) {
        super("ecommerce:Monitoring", "stack", scope, opts);
        this.application = namespaces.application.namespace;
        this.messaging = namespaces.messaging.namespace;
        this.host = grafanaHostOf(settings.edge);
        if (settings.monitoring.operator) {
            this.createServiceMonitors();
        } else {
            const grafana = this.createGrafana(this.createPrometheus());
            const routes = grafanaRoutes(settings, grafana.workload.objectName, grafana.workload, context.issuers);
            new HttpsRoutes(`${prefix}-grafana`, scope, routes, { parent: this });
            this.grafanaPassword = grafana.adminPassword;
        }
        this.registerOutputs({});
    }

    private get services(): (WorkloadNode & { readonly name: ServiceName })[] {
        return this.workloads.filter((workload): workload is WorkloadNode & { name: ServiceName } =>
            workload.namespace === this.application && (serviceNames as readonly string[]).includes(workload.name));
    }

    private get workloads(): WorkloadNode[] {
        return this.scope.graph.workloads.filter(({ namespace }) => namespace === this.application || namespace === this.messaging);
    }

    private workload(name: string): WorkloadNode {
        return this.workloads.find(workload => workload.name === name) as WorkloadNode;
    }

    private createPrometheus(): Prometheus {
        const { storageClass, monitoring: { prometheus: { storage: size, retention, resources: { requests, limits } } } } = this.settings;
        const { alertmanager, runbooks } = this.context.environment;
        return new Prometheus(`${prefix}-prometheus`, this.scope, {
            workloads: this.workloads,
            watches: [this.application, this.messaging],
            jobs: [
                ...this.services.map(workload => ({ job: workload.name, workload, port: "metrics", intervalSeconds })),
                { job: "rabbitmq", workload: this.workload("rabbitmq-cluster"), port: "prometheus", intervalSeconds },
                { job: objectStorageJob, workload: this.workload("minio"), port: "api", path: "/minio/v2/metrics/cluster", intervalSeconds },
            ],
            telemetry: this.telemetry(),
            kubeStateMetrics: null,
            kubeStateMetricsName: `${prefix}-kube-state-metrics`,
            alertmanager,
            runbooks,
            storage: { size, storageClass },
            retention,
            resources: resources(requests, limits),
        }, { parent: this });
    }

    private createGrafana(prometheus: Prometheus): Grafana {
        const { storageClass, monitoring: { grafana: { storage: size, rotation } } } = this.settings;
        const dashboard = (name: string, title: string, telemetry: readonly Telemetry[]): [string, string] =>
            [`${name}.json`, dashboardJson({ uid: `e-commerce-${name}`, title: `E-commerce: ${title}`, tags: ["e-commerce"], telemetry })];
        const stores = (board: Telemetry["board"]): Telemetry[] => this.stores().filter(store => store.board === board).map(withDetails);
        return new Grafana(`${prefix}-grafana`, this.scope, {
            prometheus,
            dashboards: Object.fromEntries([
                dashboard("overview", "overview", [this.overview()]),
                ...this.services.map(({ name }) => dashboard(name, name, [serviceTelemetry(this.application, name)])),
                dashboard("rabbitmq", "messaging", stores("rabbitmq")),
                dashboard("mysql", "MySQL", stores("mysql")),
                dashboard("infrastructure", "infrastructure", this.infrastructure()),
                ...Object.entries(boardDashboards({
                    platform: prefix, title: "E-commerce", telemetry: this.telemetry(), without: ["rabbitmq", "mysql"],
                })),
            ]),
            configMapNames: {
                provider: `${prefix}-grafana-provider`,
                dataSources: `${prefix}-grafana-datasources`,
                dashboard: file => `${prefix}-dashboard-${file.replace(/\.json$/, "")}`,
            },
            rootUrl: `https://${this.host}`,
            storage: { size, storageClass },
            passwordRotation: rotation,
            resources: resources("250m/256Mi", "500m/512Mi", "1Gi"),
        }, { parent: this });
    }

    private telemetry(): Telemetry[] {
        return [this.overview(), ...this.perService(), ...this.stores(), ...this.infrastructure()];
    }

    private overview(): Telemetry {
        return overviewTelemetry(this.application, this.services.map(({ name }) => name));
    }

    private perService(): Telemetry[] {
        const { autoscaling } = this.settings.application;
        return this.services.flatMap(({ name }) => [
            serviceTelemetry(this.application, name),
            serviceLevel(this.application, name),
            ...(autoscaling
                ? [autoscalerTelemetry({
                    namespace: this.application, app: name, autoscaler: `${name}-hpa`, scraped: true, maximumMinutes: 30,
                })]
                : []),
        ]);
    }

    private stores(): Telemetry[] {
        return [
            ...this.workloads.flatMap(({ telemetry = [] }) => telemetry),
            objectStorageTelemetry({ job: objectStorageJob }), objectStorageCapacityTelemetry({ job: objectStorageJob }),
        ];
    }

    private infrastructure(): Telemetry[] {
        const namespaces = [this.application, this.messaging];
        return [
            infrastructureTelemetry(namespaces), podTelemetry({ namespaces }),
            ...namespaces.map(namespace => ({ ...storageTelemetry({ namespace }), name: `Storage of ${namespace}` })),
            ...facilityTelemetry({ namespaces, workloads: this.workloads }),
            scrapingTelemetry({ notifies: this.context.environment.alertmanager !== null }),
        ];
    }

    /** For the Prometheus Operator; the way from its Prometheus to the targets is opened as to ours. */
    private createServiceMonitors(): void {
        const { namespace, graph } = this.scope;
        const operated: ExternalNode = {
            type: "external", name: "operated-prometheus", peers: [{
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
                podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } },
            }],
        };
        const targets = this.workloads.filter(({ metricsPort }) => metricsPort !== undefined);
        targets.forEach(workload => graph.addEdge(operated, workload, { number: workload.metricsPort as number }));
        this.createServiceMonitor("e-commerce-services", [this.application], { component: "microservice" }, "metrics");
        this.createServiceMonitor("e-commerce-rabbitmq", [this.messaging], { app: "rabbitmq-cluster" }, "prometheus");
    }

    private createServiceMonitor(name: string, matchNames: string[], matchLabels: Record<string, string>, port: string): void {
        const { namespace } = this.scope;
        new k8s.apiextensions.CustomResource(this.childName(name), {
            apiVersion: "monitoring.coreos.com/v1",
            kind: "ServiceMonitor",
            // The label by which the operator's chart finds the monitors of others.
            metadata: { name, namespace, labels: { release: "kube-prometheus-stack", "app.kubernetes.io/part-of": this.scope.platform } },
            spec: {
                namespaceSelector: { matchNames },
                selector: { matchLabels },
                endpoints: [{ port, path: "/metrics", interval: `${intervalSeconds}s` }],
            },
        }, this.childOptions());
    }
}
