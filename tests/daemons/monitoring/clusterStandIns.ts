import { HOST } from "../../harness/daemons/daemon";
import type { LocalTargets } from "./localConfiguration";
import type { Answer } from "./standIns";
import { StandIn } from "./standIns";

/** The labels that Kubernetes' service discovery gives to one container port of a pod. */
function podLabels(app: string, port: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
    const meta = "__meta_kubernetes";
    return {
        [`${meta}_namespace`]: "taskflow",
        [`${meta}_pod_name`]: `${app}-1`,
        [`${meta}_pod_label_app`]: app,
        [`${meta}_pod_phase`]: "Running",
        [`${meta}_pod_container_init`]: "false",
        [`${meta}_pod_container_port_name`]: port,
        ...more,
    };
}

const appMetrics = 'taskflow_http_requests_total{method="GET",endpoint="/tasks",status="200"} 42\n';
const cadvisor = ["taskflow", "kube-system"].map(namespace =>
    `container_memory_working_set_bytes{namespace="${namespace}",pod="backend-api-1",container="api"} 5e7\n`).join("");
const kubelet = ["used", "capacity", "inodes_free"].map(what =>
    `kubelet_volume_stats_${what}${what === "inodes_free" ? "" : "_bytes"}{namespace="taskflow",persistentvolumeclaim="postgres-pvc"} 100\n`).join("");
const stateMetrics = ["taskflow", "storm"].map(namespace =>
    `kube_deployment_status_replicas{namespace="${namespace}",deployment="backend-api"} 2\n`).join("");

/** Servers of the test in the places of pods, a node and kube-state-metrics. */
export interface ClusterStandIns {
    readonly all: readonly StandIn[];
    /** Serves the metrics of all three pods. */
    readonly application: StandIn;
    /** Authorization headers that the node has seen. */
    readonly tokens: ReadonlySet<string | undefined>;
    readonly targets: LocalTargets;
}

/** Starts them. The pods are listed as discovery would: three that count, and one of each kind that must be dropped. */
export async function startCluster(folder: string, prometheus: string): Promise<ClusterStandIns> {
    const tokens = new Set<string | undefined>();
    const kubeletAnswer: Answer = ({ url: path, headers }) => {
        tokens.add(headers.authorization);
        return path === "/metrics/cadvisor" ? cadvisor : path === "/metrics" ? kubelet : undefined;
    };
    const application = await StandIn.start(({ url: path }) => path === "/metrics" ? appMetrics : undefined);
    const node = await StandIn.start(kubeletAnswer, { tlsFolder: folder });
    const state = await StandIn.start(() => stateMetrics);
    const app = application.address;
    const dead = `${HOST}:1`;
    const nodes = [{ targets: [node.address], labels: { __meta_kubernetes_node_name: "node-1" } }];
    const targets: LocalTargets = {
        "kubernetes-pods": [
            { targets: [app], labels: podLabels("backend-api", "http") },
            { targets: [app], labels: podLabels("postgres", "metrics") },
            { targets: [app], labels: podLabels("redis", "metrics") },
            { targets: [dead], labels: podLabels("postgres", "postgres") },
            { targets: [dead], labels: podLabels("frontend", "http") },
            { targets: [dead], labels: podLabels("backend-api-old", "http") },
            { targets: [dead], labels: podLabels("backend-api", "http", { __meta_kubernetes_pod_container_init: "true" }) },
            ...["Pending", "Succeeded", "Failed"].map(phase =>
                ({ targets: [dead], labels: podLabels("redis", "metrics", { __meta_kubernetes_pod_phase: phase }) })),
        ],
        "kubernetes-cadvisor": nodes,
        "kubernetes-kubelet": nodes,
        "kube-state-metrics": [{ targets: [state.address] }],
        prometheus: [{ targets: [prometheus] }],
    };
    return { all: [application, node, state], application, tokens, targets };
}
