import { stringify } from "yaml";
import type { WorkloadNode } from "../../kit/graph";
import { escapePattern } from "../../kit/promql";
import type { RelabelRule, ScrapeJob, WorkloadJob } from "./scrapeConfiguration";
import { kubeletJob, kubeStateMetricsJob, podsJob, selfJob, workloadJob } from "./scrapeConfiguration";
import type { Telemetry } from "../../kit/telemetry";
import { metricsFrom } from "../../kit/telemetry";
import { watchedFor } from "../exporters/watchedKinds";
import { requireSources } from "./watched";

/** What Prometheus is to watch. */
export interface PrometheusConfigurationArgs {
    readonly namespace: string;
    /** Further namespaces that are watched. @default none */
    readonly watches?: readonly string[];
    /** Workloads with a job of their own, of whatever namespace. @default none */
    readonly jobs?: readonly WorkloadJob[];
    /** Addresses of further targets, by job. @default none */
    readonly statics?: Readonly<Record<string, string>>;
    /** Labels of everything that leaves this Prometheus. */
    readonly externalLabels: Readonly<Record<string, string>>;
    /** Workloads of the program; those of the namespaces that serve metrics are scraped. */
    readonly workloads: readonly WorkloadNode[];
    readonly telemetry: readonly Telemetry[];
    /** Addresses of kube-state-metrics; none does without. */
    readonly kubeStateMetrics: readonly string[];
    /** Several servers with this configuration; each labels what it has scraped by its name, but not its alerts. @default false */
    readonly replicated?: boolean;
    /** Addresses of all pods of the Alertmanager; none only shows alerts. */
    readonly alertmanagers: readonly string[];
    /**
     * Verifies the kubelets' certificates by the cluster's authority. Most kubelets sign their own, which would
     * make every one of them unreachable.
     * @default false
     * @see https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/#kubelet-serving-certs
     */
    readonly verifyKubelets?: boolean;
}

/** @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/ */
export interface PrometheusConfiguration {
    readonly global: {
        readonly scrape_interval: string;
        readonly evaluation_interval: string;
        readonly external_labels: Readonly<Record<string, string>>;
    };
    readonly rule_files: readonly string[];
    readonly alerting?: {
        readonly alert_relabel_configs?: readonly RelabelRule[];
        readonly alertmanagers: readonly Pick<ScrapeJob, "static_configs">[];
    };
    readonly scrape_configs: readonly ScrapeJob[];
}

/** What decides which workloads are scraped. */
export type ScrapedArgs = Pick<PrometheusConfigurationArgs, "namespace" | "watches" | "jobs" | "workloads">;

/** The workloads of the namespaces that serve metrics, and those with a job of their own. */
export function scrapedWorkloads(args: ScrapedArgs): WorkloadNode[] {
    const own = (args.jobs ?? []).map(({ workload }) => workload);
    return [...commonWorkloads(args), ...own];
}

/** The workloads of the namespaces that serve metrics and have no job of their own. */
export function commonWorkloads({ namespace, watches = [], jobs = [], workloads }: ScrapedArgs): WorkloadNode[] {
    const namespaces = [namespace, ...watches];
    return workloads.filter(workload => namespaces.includes(workload.namespace) && workload.metricsPort !== undefined
        && !jobs.some(job => job.workload === workload));
}

/**
 * `prometheus.yml` as a typed object.
 * @throws Error when a query needs a metric that nothing scrapes
 */
export function prometheusConfiguration(args: PrometheusConfigurationArgs): PrometheusConfiguration {
    const jobs = scrapeJobs(args);
    requireSources(args.telemetry, [...scrapedWorkloads(args).map(({ name }) => name), ...jobs.map(({ job_name }) => job_name)]);
    return {
        global: { scrape_interval: "15s", evaluation_interval: "15s", external_labels: externalLabels(args) },
        rule_files: ["/etc/prometheus/*.rules.yml"],
        ...(args.alertmanagers.length > 0 && { alerting: alerting(args) }),
        scrape_configs: jobs,
    };
}

const replicaLabel = "replica";

/** Prometheus puts variables of its own environment in place of `${NAME}` here; a pod's host name is the pod's. */
function externalLabels({ externalLabels: common, replicated }: PrometheusConfigurationArgs): Record<string, string> {
    return { ...common, ...(replicated && { [replicaLabel]: "${HOSTNAME}" }) };
}

function alerting({ alertmanagers, replicated }: PrometheusConfigurationArgs): NonNullable<PrometheusConfiguration["alerting"]> {
    return {
        // The same alert of two servers is one.
        ...(replicated && { alert_relabel_configs: [{ regex: replicaLabel, action: "labeldrop" }] }),
        alertmanagers: [{ static_configs: [{ targets: alertmanagers }] }],
    };
}

/** A configuration file as text. */
export function renderYaml(content: object): string {
    return stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
}

function scrapeJobs(args: PrometheusConfigurationArgs): ScrapeJob[] {
    const { namespace, watches = [], jobs = [], telemetry, kubeStateMetrics, verifyKubelets = false } = args;
    const namespaces = [namespace, ...watches];
    const common = commonWorkloads(args);
    const apps = common.map(({ name }) => escapePattern(name));
    const volumes = metricsFrom("kubernetes-kubelet", telemetry);
    return [
        ...jobs.map(workloadJob),
        ...(apps.length > 0 ? [podsJob([...new Set(common.map(workload => workload.namespace))], apps)] : []),
        kubeletJob({ job: "kubernetes-cadvisor", path: "/metrics/cadvisor", namespaces, verifyKubelets }),
        ...(volumes.length > 0
            ? [kubeletJob({ job: "kubernetes-kubelet", path: "/metrics", namespaces, metrics: volumes, verifyKubelets })]
            : []),
        ...(kubeStateMetrics.length > 0 ? [kubeStateMetricsJob(namespaces, kubeStateMetrics, watchedFor(telemetry, true).metrics)] : []),
        ...Object.entries(args.statics ?? {}).map(([job_name, address]) => ({ job_name, static_configs: [{ targets: [address] }] })),
        selfJob(),
    ];
}
