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
import type { WatchedArgs } from "./prometheus/watched";
import type { Telemetry } from "../kit/telemetry";
import { alertmanagerTelemetry } from "./alerting/alertmanagerTelemetry";
import { scrapingTelemetry } from "./prometheus/scrapingTelemetry";

/** An own Prometheus and Grafana, with what an operator would not ask for. */
export interface OwnMonitoringArgs {
    readonly prometheus: Omit<PrometheusArgs, keyof WatchedArgs | "alertmanager" | "kubeStateMetrics" | "kubeStateMetricsName">
        & Partial<Pick<PrometheusArgs, "kubeStateMetrics">>;
    /** How Grafana is reached, and what it keeps. */
    readonly grafana: Omit<GrafanaArgs, "prometheus" | "dashboards">;
}

/** Arguments of {@link MonitoringStack}. */
export interface MonitoringStackArgs extends Omit<WatchedArgs, "runbooks" | "workloads">, Partial<Pick<WatchedArgs, "workloads">> {
    /** Dashboards as JSON, by file name; the first one is the home page of an own Grafana. */
    readonly dashboards: Readonly<Record<string, string>>;
    /** Whom alerts go to; an operator's Prometheus has an Alertmanager of its own. */
    readonly alerting: Alerting;
    /** Null leaves the work to a Prometheus Operator on the cluster: monitors and rules in place of Prometheus and Grafana. */
    readonly own: OwnMonitoringArgs | null;
    /** Beginning of the objects' names, so that platforms can share a namespace. @default none */
    readonly prefix?: string;
}

/**
 * What an own Prometheus says of itself, for its rules and dashboards: of sending alerts only where somebody takes them.
 * @param operated an operator's Prometheus does the work, which its chart watches under job names of its own. @default false
 */
export function selfMonitoring({ alertmanager }: Pick<EnvironmentDefaults, "alertmanager">, operated = false): Telemetry[] {
    return operated ? [] : [scrapingTelemetry({ notifies: alertmanager !== 0 })];
}

/** One platform's monitoring: Prometheus with kube-state-metrics and Grafana, or what an operator's Prometheus needs in their place. */
export class MonitoringStack extends ScopedComponent {
    /** Undefined where an operator does the work. */
    readonly prometheus?: Prometheus;
    /** Undefined where an operator does the work. */
    readonly grafana?: Grafana;

    /** @throws Error when a query needs a metric that nothing scrapes */
    constructor(scope: Scope, args: MonitoringStackArgs, opts?: pulumi.ComponentResourceOptions) {
        const { prefix = "", alerting, own, dashboards, ...rest } = args;
        super("monitoring:MonitoringStack", `${prefix}monitoring-stack`, scope, opts);
        const { workloads = scope.graph.watchedBy(scope.platform, [scope.namespace, ...rest.watches ?? []]) } = args;
        const watched: WatchedArgs = {
            ...rest,
            // In a shared namespace others have theirs, or will have.
            workloads: workloads.filter(({ platform }) => platform === scope.platform),
            runbooks: scope.environment.runbooks,
        };
        if (own === null) {
            new OperatedMonitoring(`${prefix}${scope.platform}`, scope, { ...watched, dashboards }, { parent: this });
        } else {
            this.prometheus = this.createPrometheus(prefix, watched, own.prometheus, alerting.destination());
            this.grafana = new Grafana(`${prefix}grafana`, scope, { ...own.grafana, dashboards, prometheus: this.prometheus }, { parent: this });
        }
        this.registerOutputs({ url: this.prometheus?.url });
    }

    private createPrometheus(
        prefix: string, { jobs = [], ...watched }: WatchedArgs, own: OwnMonitoringArgs["prometheus"], alertmanager: AlertDestination | null,
    ): Prometheus {
        const beside = besides(this.scope, alertmanager);
        return new Prometheus(`${prefix}prometheus`, this.scope, {
            kubeStateMetrics: null,
            ...(prefix && { kubeStateMetricsName: `${prefix}kube-state-metrics` }),
            ...own,
            ...watched,
            alertmanager,
            jobs: [...jobs, ...beside],
            telemetry: [
                ...watched.telemetry,
                ...beside.map(({ job }) => alertmanagerTelemetry({ job, replicas: alertmanager?.addresses.length ?? 1 })),
            ],
        }, { parent: this });
    }
}

/** The Alertmanager is watched by whoever runs beside it; from another namespace its pods cannot be found. */
function besides({ namespace }: Scope, alertmanager: AlertDestination | null): WorkloadJob[] {
    const workload = alertmanager?.node;
    return workload?.namespace === namespace ? [{ job: "alertmanager", workload, port: "http", discovery: "pods" }] : [];
}
