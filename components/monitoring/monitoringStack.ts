import type * as pulumi from "@pulumi/pulumi";
import type { EnvironmentDefaults } from "../kit/environment";
import type { Scope } from "../kit/scope";
import { ScopedComponent } from "../app/scopedComponent";
import type { AlertDestination } from "./alerting/alertDestination";
import type { Alerting } from "./alerting/alerting";
import type { GrafanaArgs } from "./grafana/grafana";
import { Grafana } from "./grafana/grafana";
import { OperatedMonitoring } from "./prometheus/operatedMonitoring";
import type { PrometheusArgs } from "./prometheus/prometheus";
import { Prometheus } from "./prometheus/prometheus";
import type { WorkloadJob } from "./prometheus/scrapeConfiguration";
import type { Telemetry } from "../kit/telemetry";
import { alertmanagerTelemetry } from "./alerting/alertmanagerTelemetry";
import { scrapingTelemetry } from "./prometheus/scrapingTelemetry";

/** Arguments of {@link MonitoringStack}. */
export interface MonitoringStackArgs {
    /** Whom alerts go to. */
    readonly alerting: Alerting;
    /** A Prometheus Operator on the cluster does the work: monitors and rules in place of Prometheus and Grafana. @default false */
    readonly operator?: boolean;
    /** What is scraped and watched, and the server's size. */
    readonly prometheus: Omit<PrometheusArgs, "alertmanager" | "kubeStateMetrics" | "runbooks" | "workloads">
        & Partial<Pick<PrometheusArgs, "kubeStateMetrics" | "workloads">>;
    /** What is shown, and how it is reached. */
    readonly grafana: Omit<GrafanaArgs, "prometheus">;
    /** Beginning of the objects' names, so that platforms can share a namespace. @default none */
    readonly prefix?: string;
}

/** What a platform's monitoring says of itself, for its rules and dashboards: of sending alerts only where somebody takes them. */
export function selfMonitoring({ alertmanager }: Pick<EnvironmentDefaults, "alertmanager">): Telemetry {
    return scrapingTelemetry({ notifies: alertmanager !== 0 });
}

/** One platform's monitoring: Prometheus with kube-state-metrics and Grafana, or what an operator's Prometheus needs in their place. */
export class MonitoringStack extends ScopedComponent {
    /** Undefined where an operator does the work. */
    readonly prometheus?: Prometheus;
    /** Undefined where an operator does the work. */
    readonly grafana?: Grafana;

    /** @throws Error when a query needs a metric that nothing scrapes */
    constructor(scope: Scope, args: MonitoringStackArgs, opts?: pulumi.ComponentResourceOptions) {
        const { prefix = "", operator = false } = args;
        super("monitoring:MonitoringStack", `${prefix}monitoring-stack`, scope, opts);
        const { graph, environment } = scope;
        // An operator's Prometheus has an Alertmanager of its own.
        const alertmanager = operator ? null : args.alerting.destination();
        const { jobs = [], workloads = graph.workloads } = args.prometheus;
        const beside = besides(scope, alertmanager);
        const prometheus = {
            kubeStateMetrics: null,
            ...(prefix && { kubeStateMetricsName: `${prefix}kube-state-metrics` }),
            ...args.prometheus,
            alertmanager,
            jobs: [...jobs, ...beside],
            telemetry: [
                ...args.prometheus.telemetry,
                ...beside.map(({ job }) => alertmanagerTelemetry({ job, replicas: alertmanager?.addresses.length ?? 1 })),
            ],
            // In a shared namespace others have theirs, or will have.
            workloads: workloads.filter(({ platform }) => platform === scope.platform),
            runbooks: environment.runbooks,
        };
        if (operator) {
            new OperatedMonitoring(`${prefix}${scope.platform}`, scope, { ...prometheus, dashboards: args.grafana.dashboards }, { parent: this });
        } else {
            this.prometheus = new Prometheus(`${prefix}prometheus`, scope, prometheus, { parent: this });
            this.grafana = new Grafana(`${prefix}grafana`, scope, { ...args.grafana, prometheus: this.prometheus }, { parent: this });
        }
        this.registerOutputs();
    }
}

/** The Alertmanager is watched by whoever runs beside it; from another namespace its pods cannot be found. */
function besides({ namespace }: Scope, alertmanager: AlertDestination | null): WorkloadJob[] {
    const workload = alertmanager?.node;
    return workload?.namespace === namespace ? [{ job: "alertmanager", workload, port: "http", discovery: "pods" }] : [];
}
