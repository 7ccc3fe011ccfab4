import type { WorkloadNode } from "../../kit/graph";

/** @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config */
export interface RelabelRule {
    readonly source_labels?: readonly string[];
    readonly regex?: string;
    readonly target_label?: string;
    readonly replacement?: string;
    /** @default "replace" */
    readonly action?: "replace" | "keep" | "drop" | "labeldrop";
}

/** @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config */
export interface ScrapeJob {
    readonly job_name: string;
    readonly scrape_interval?: string;
    readonly honor_labels?: boolean;
    readonly scheme?: "http" | "https";
    readonly metrics_path?: string;
    readonly authorization?: { readonly type: "Bearer"; readonly credentials_file: string };
    readonly tls_config?: { readonly ca_file: string; readonly insecure_skip_verify?: boolean };
    readonly kubernetes_sd_configs?: readonly {
        readonly role: "pod" | "node" | "endpointslice";
        readonly namespaces?: { readonly names: readonly string[] };
    }[];
    readonly static_configs?: readonly { readonly targets: readonly string[] }[];
    readonly relabel_configs?: readonly RelabelRule[];
    readonly metric_relabel_configs?: readonly RelabelRule[];
}

const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

const copy = (label: string, target: string): RelabelRule => ({ source_labels: [label], target_label: target });
const keep = (label: string, regex: string): RelabelRule => ({ source_labels: [label], regex, action: "keep" });
const drop = (label: string, regex: string): RelabelRule => ({ source_labels: [label], regex, action: "drop" });

/** What every series of a pod says of it; by the node its loss explains what went with it. */
const podLabels: readonly RelabelRule[] = [
    copy("__meta_kubernetes_pod_node_name", "node"),
    copy("__meta_kubernetes_namespace", "namespace"),
    copy("__meta_kubernetes_pod_name", "pod"),
    copy("__meta_kubernetes_pod_label_app", "app"),
];

/** The pods of some apps, on their ports named `http` or `metrics`. */
export function podsJob(namespaces: readonly string[], apps: readonly string[]): ScrapeJob {
    return {
        job_name: "kubernetes-pods",
        kubernetes_sd_configs: [{ role: "pod", namespaces: { names: [...namespaces] } }],
        relabel_configs: [
            keep("__meta_kubernetes_pod_label_app", apps.join("|")),
            keep("__meta_kubernetes_pod_container_port_name", "http|metrics"),
            drop("__meta_kubernetes_pod_container_init", "true"),
            drop("__meta_kubernetes_pod_phase", "Pending|Succeeded|Failed"),
            ...podLabels,
        ],
    };
}

/** A token, as a file of Prometheus' container and as what a Prometheus Operator reads it from. */
export interface ScrapeToken {
    readonly file: string;
    /** Secret of the namespace that Prometheus runs in. */
    readonly secretName: string;
    readonly key: string;
}

/** A scrape job for one workload alone. */
export interface WorkloadJob {
    /** Name of the job. */
    readonly job: string;
    /** The workload; each of its pods is a target. */
    readonly workload: WorkloadNode;
    /** Name of the port at its Service, or of the container's port where the pods are found without one. */
    readonly port: string;
    /** How the pods are found: as ready endpoints of the Service of the same name, or by their label `app`. @default "service" */
    readonly discovery?: "service" | "pods";
    /** Seconds between two scrapes. @default 15 */
    readonly intervalSeconds?: number;
    /** @default "/metrics" */
    readonly path?: string;
    /** Token that the target demands. @default none */
    readonly token?: ScrapeToken;
    /** ServiceMonitor that the job is part of, where a Prometheus Operator scrapes. @default one for this job alone */
    readonly group?: { readonly name: string; readonly selector: Readonly<Record<string, string>> };
}

/** A job that makes a target of each pod: the Service's address would lead to one of them, by chance. */
export function workloadJob({ job, workload, port, discovery = "service", intervalSeconds, path, token }: WorkloadJob): ScrapeJob {
    const byService = discovery === "service";
    return {
        job_name: job,
        ...(intervalSeconds !== undefined && { scrape_interval: `${intervalSeconds}s` }),
        ...(path !== undefined && { metrics_path: path }),
        ...(token && { authorization: { type: "Bearer", credentials_file: token.file } }),
        kubernetes_sd_configs: [{ role: byService ? "endpointslice" : "pod", namespaces: { names: [workload.namespace] } }],
        relabel_configs: [
            ...(byService ? [
                keep("__meta_kubernetes_service_name", workload.name),
                keep("__meta_kubernetes_endpointslice_port_name", port),
            ] : [
                keep("__meta_kubernetes_pod_label_app", workload.name),
                keep("__meta_kubernetes_pod_container_port_name", port),
            ]),
            ...podLabels,
        ],
    };
}

/** What a kubelet job keeps. */
export interface KubeletJobArgs {
    readonly job: string;
    readonly path: string;
    readonly namespaces: readonly string[];
    /** Metrics to keep; all when left out. */
    readonly metrics?: readonly string[];
    /** Whether the kubelets' certificates are signed by the cluster's authority. */
    readonly verifyKubelets: boolean;
}

/** Every node's kubelet, with the ServiceAccount's token; of its series only those of the namespaces. */
export function kubeletJob({ job, path, namespaces, metrics, verifyKubelets }: KubeletJobArgs): ScrapeJob {
    return {
        job_name: job,
        scheme: "https",
        metrics_path: path,
        authorization: { type: "Bearer", credentials_file: `${serviceAccount}/token` },
        tls_config: { ca_file: `${serviceAccount}/ca.crt`, ...(!verifyKubelets && { insecure_skip_verify: true }) },
        kubernetes_sd_configs: [{ role: "node" }],
        relabel_configs: [copy("__meta_kubernetes_node_name", "node")],
        metric_relabel_configs: [
            keep("namespace", namespaces.join("|")),
            ...(metrics === undefined ? [] : [keep("__name__", metrics.join("|"))]),
        ],
    };
}

/**
 * kube-state-metrics, whose series carry the labels of the objects they tell of: those of some namespaces, and
 * @param ofCluster names of metrics about what belongs to no namespace
 */
export function kubeStateMetricsJob(namespaces: readonly string[], addresses: readonly string[], ofCluster: readonly string[]): ScrapeJob {
    const kept = namespaces.join("|");
    return {
        job_name: "kube-state-metrics",
        honor_labels: true,
        static_configs: [{ targets: [...addresses] }],
        metric_relabel_configs: [ofCluster.length > 0
            ? { source_labels: ["namespace", "__name__"], regex: `(${kept});.+|;(${ofCluster.join("|")})`, action: "keep" }
            : keep("namespace", kept)],
    };
}

/** Prometheus itself. */
export function selfJob(): ScrapeJob {
    return { job_name: "prometheus", static_configs: [{ targets: ["localhost:9090"] }] };
}
