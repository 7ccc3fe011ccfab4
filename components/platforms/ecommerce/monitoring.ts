import type * as pulumi from "@pulumi/pulumi";
import { HttpsRoutes } from "../../edge/httpsRoutes";
import type { WorkloadNode } from "../../kit/graph";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import { boardDashboards, withDetails } from "../../monitoring/grafana/boards";
import { dashboardJson } from "../../monitoring/grafana/dashboard";
import type { Jaeger } from "../../monitoring/traces/jaeger";
import { MonitoringStack, selfMonitoring } from "../../monitoring/monitoringStack";
import type { NodeExporter } from "../../monitoring/exporters/nodeExporter";
import type { WorkloadJob } from "../../monitoring/prometheus/scrapeConfiguration";
import type { Telemetry } from "../../kit/telemetry";
import { argoCdTelemetry } from "../../monitoring/rules/argoCd";
import { autoscalerTelemetry } from "../../monitoring/rules/autoscaler";
import { certManagerTelemetry } from "../../monitoring/rules/certManager";
import { facilityTelemetry } from "../../monitoring/rules/facilities";
import { nodeConditionTelemetry } from "../../monitoring/rules/nodeConditions";
import { nodeTelemetry } from "../../monitoring/rules/nodes";
import { objectStorageTelemetry } from "../../data/minio/telemetry";
import { objectStorageCapacityTelemetry } from "../../data/minio/capacityTelemetry";
import { rabbitmqPorts } from "../../data/rabbitmq/configuration";
import { podTelemetry } from "../../monitoring/rules/pods";
import { storageOf } from "../../monitoring/rules/storage";
import { traefikTelemetry } from "../../monitoring/rules/traefik";
import type { PlatformContext } from "../definition";
import { argoCdMetrics } from "./argocd";
import { grafanaHostOf, grafanaRoutes } from "./edge";
import type { EcommerceLogging } from "./logging";
import type { Namespaces } from "./namespaces";
import type { ServiceName } from "./services";
import { serviceNames } from "./services";
import type { EcommerceSettings } from "./settings";
import { infrastructureTelemetry, overviewTelemetry, serviceLevel, serviceTelemetry } from "./telemetry";

/** Before every name in the namespace, which other platforms have things of the same kind in. */
const prefix = "e-commerce";

const objectStorageJob = "e-commerce-minio";
const deliveryJob = "argocd";
const certManagerJob = "cert-manager";
const traefikJob = "traefik";
const intervalSeconds = 30;

/** What the shop deploys beside its Prometheus. */
interface Besides {
    readonly jaeger: Jaeger | undefined;
    readonly logging: EcommerceLogging | undefined;
    readonly nodes: NodeExporter | undefined;
}

/** What is watched, in the order of the rule groups. */
type Rows = Readonly<Record<"overview" | "services" | "stores" | "infrastructure", readonly Telemetry[]>>;

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
        namespaces: Namespaces, private readonly besides: Besides, opts?: pulumi.ComponentResourceOptions,
    ) {
        super("ecommerce:Monitoring", "stack", scope, opts);
        this.application = namespaces.application.namespace;
        this.messaging = namespaces.messaging.namespace;
        this.host = grafanaHostOf(settings.edge);
        const { grafana, prometheus } = this.createStack();
        if (prometheus) {
            // The document opens both ports to the namespace; metrics come from the other one.
            scope.graph.addEdge(prometheus.node, this.workload("rabbitmq-cluster"), { number: rabbitmqPorts.management });
        }
        if (grafana) {
            const routes = grafanaRoutes(settings, grafana.workload.objectName, grafana.workload, context.issuers);
            new HttpsRoutes(`${prefix}-grafana`, scope, routes, { parent: this });
            this.grafanaPassword = grafana.adminPassword;
        }
        this.registerOutputs();
    }

    /** Address of Argo CD's metrics; an operator's Prometheus reads them by the monitors of Argo CD's own installation. */
    private get delivery(): string | undefined {
        return this.settings.monitoring.operator ? undefined : argoCdMetrics(this.settings);
    }

    /** What is found by its address, as others install it. */
    private get addresses(): Record<string, string> {
        const { certManager, traefikService } = this.settings.monitoring;
        const { ingressController: { namespace } } = this.scope.environment;
        return {
            ...(this.delivery !== undefined && { [deliveryJob]: this.delivery }),
            ...(certManager !== null && { [certManagerJob]: certManager }),
            ...(traefikService !== null && { [traefikJob]: `${traefikService}.${namespace}.svc:9100` }),
        };
    }

    private get services(): (WorkloadNode & { readonly name: ServiceName })[] {
        return this.workloads.filter((workload): workload is WorkloadNode & { name: ServiceName } =>
            workload.namespace === this.application && (serviceNames as readonly string[]).includes(workload.name));
    }

    private get workloads(): WorkloadNode[] {
        return [...this.scope.graph.watchedBy("ecommerce", [this.application, this.messaging])];
    }

    /** What runs on every node. */
    private get agents(): WorkloadNode[] {
        const { logging, nodes } = this.besides;
        return [...(logging ? [logging.agent.node] : []), ...(nodes ? [nodes.node] : [])];
    }

    private workload(name: string): WorkloadNode {
        return this.workloads.find(workload => workload.name === name) as WorkloadNode;
    }

    private createStack(): MonitoringStack {
        const { storageClass, monitoring: { operator, prometheus: { storage, resources: amounts, ...prometheus }, grafana } } =
            this.settings;
        const { jaeger, logging } = this.besides;
        const watched = [...this.workloads, ...this.agents].map(({ namespace }) => namespace);
        const rows = {
            overview: [this.overview()], services: this.perService(), stores: this.stores(), infrastructure: this.infrastructure(),
        };
        return new MonitoringStack(this.scope, {
            alerting: this.context.alerting,
            prefix: `${prefix}-`,
            watches: [...new Set(watched)],
            jobs: this.jobs(),
            statics: this.addresses,
            telemetry: Object.values(rows).flat(),
            dashboards: this.dashboards(rows),
            own: operator ? null : {
                prometheus: {
                    ...prometheus,
                    storage: { size: storage, storageClass },
                    resources: resources(amounts.requests, amounts.limits),
                },
                grafana: {
                    ...(jaeger && { jaeger }),
                    ...(logging?.loki !== undefined && { loki: logging.loki }),
                    configMapNames: {
                        provider: `${prefix}-grafana-provider`,
                        dataSources: `${prefix}-grafana-datasources`,
                        dashboard: file => `${prefix}-dashboard-${file.replace(/\.json$/, "")}`,
                    },
                    rootUrl: `https://${this.host}`,
                    storage: { size: grafana.storage, storageClass },
                    passwordRotation: grafana.rotation,
                    resources: resources("250m/256Mi", "500m/512Mi", "1Gi"),
                },
            },
        }, { parent: this });
    }

    private jobs(): WorkloadJob[] {
        const group = { name: "e-commerce-services", selector: { component: "microservice" } };
        return [
            ...this.services.map(workload => ({ job: workload.name, workload, port: "metrics", intervalSeconds, group })),
            {
                job: "rabbitmq", workload: this.workload("rabbitmq-cluster"), port: "prometheus", intervalSeconds,
                group: { name: "e-commerce-rabbitmq", selector: { app: "rabbitmq-cluster" } },
            },
            { job: objectStorageJob, workload: this.workload("minio"), port: "api", path: "/minio/v2/metrics/cluster", intervalSeconds },
            ...(this.besides.logging ? [this.besides.logging.agent.job] : []),
            ...(this.besides.nodes ? [this.besides.nodes.job] : []),
        ];
    }

    private dashboards(rows: Rows): Record<string, string> {
        const dashboard = (name: string, title: string, telemetry: readonly Telemetry[]): [string, string] =>
            [`${name}.json`, dashboardJson({ uid: `e-commerce-${name}`, title: `E-commerce: ${title}`, tags: ["e-commerce"], telemetry })];
        const stores = (board: Telemetry["board"]): Telemetry[] => rows.stores.filter(store => store.board === board).map(withDetails);
        return Object.fromEntries([
            dashboard("overview", "overview", rows.overview),
            ...this.services.map(({ name }) => dashboard(name, name, [serviceTelemetry(this.application, name)])),
            dashboard("rabbitmq", "messaging", stores("rabbitmq")),
            dashboard("mysql", "MySQL", stores("mysql")),
            dashboard("infrastructure", "infrastructure", rows.infrastructure),
            ...Object.entries(boardDashboards({
                platform: prefix, title: "E-commerce", telemetry: Object.values(rows).flat(), without: ["rabbitmq", "mysql"],
            })),
        ]);
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

    /** What workloads bring along; where several bring the same, their names tell it apart, as names of rule groups must differ. */
    private stores(): Telemetry[] {
        const { graph, namespace, platform } = this.scope;
        const beside = graph.watchedBy("ecommerce", [namespace]).filter(workload => workload.platform === platform);
        const parts = [...this.workloads, ...beside, ...this.agents]
            .flatMap(workload => (workload.telemetry ?? []).map(part => ({ workload, part })));
        const isShared = (name: string): boolean => parts.filter(({ part }) => part.name === name).length > 1;
        return [
            ...parts.map(({ workload, part }) => isShared(part.name) ? { ...part, name: `${part.name} ${workload.name}` } : part),
            objectStorageTelemetry({ job: objectStorageJob }), objectStorageCapacityTelemetry({ job: objectStorageJob }),
        ];
    }

    private infrastructure(): Telemetry[] {
        const namespaces = [this.application, this.messaging];
        const { settings: { monitoring: { certManager, traefikService } }, besides: { nodes } } = this;
        return [
            ...(nodes ? [nodeTelemetry(nodes.job), nodeConditionTelemetry(nodes.job)] : []),
            infrastructureTelemetry(namespaces), podTelemetry({ namespaces }),
            ...storageOf(namespaces),
            ...facilityTelemetry({ namespaces, workloads: this.workloads }),
            ...(this.delivery === undefined ? [] : [argoCdTelemetry({
                job: deliveryJob, application: this.settings.argocd.name, applies: this.settings.delivery === "argocd",
            })]),
            ...(certManager === null
                ? []
                : [certManagerTelemetry({ job: certManagerJob, namespaces: [...namespaces, this.scope.namespace] })]),
            ...(traefikService === null ? [] : [traefikTelemetry({ job: traefikJob })]),
            ...selfMonitoring(this.context.environment, this.settings.monitoring.operator),
        ];
    }
}
