import type { EnvironmentDefaults } from "./environment";
import type { ExternalNode, Port } from "./graph";

/** Pods of the name service: those of most clusters, and OpenShift's. @see https://docs.okd.io/latest/networking/networking_operators/dns-operator.html */
const nameServicePods: ExternalNode["peers"] = [
    {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
        podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
    {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "openshift-dns" } },
        podSelector: { matchLabels: { "dns.operator.openshift.io/daemonset-dns": "default" } },
    },
];

/** Ports of the name service; OpenShift's pods listen on the second. */
const nameServicePorts = [53, 5353];

/** The cluster's name service, which every workload may ask, and its ports, as `DependencyGraph.addEdge` takes them. */
export function nameService(
    { nameServiceAddresses }: Pick<EnvironmentDefaults, "nameServiceAddresses">,
): [node: ExternalNode, ...ports: Port[]] {
    const peers = [...nameServicePods, ...nameServiceAddresses.map(cidr => ({ ipBlock: { cidr } }))];
    const ports = nameServicePorts.flatMap((number): Port[] => [{ number, protocol: "UDP" }, { number }]);
    return [{ type: "external", name: "cluster-dns", peers }, ...ports];
}

/** Clients outside the cluster, arriving through a LoadBalancer or NodePort Service. */
export const internet: ExternalNode = {
    type: "external", name: "internet", peers: ["0.0.0.0/0", "::/0"].map(cidr => ({ ipBlock: { cidr } })),
};

/**
 * How policies name what runs in the nodes' network: by port only. Blocks of addresses do not match nodes under Cilium.
 * @see https://docs.cilium.io/en/stable/security/policy/language/
 */
export const nodeNetwork: ExternalNode["peers"] = [];

/** The API server, which runs outside the pod network. */
export const kubernetesApi: ExternalNode = { type: "external", name: "kubernetes-api", peers: nodeNetwork };

/** Ports of the API server. */
export function kubernetesApiPorts({ apiServerPorts }: Pick<EnvironmentDefaults, "apiServerPorts">): readonly Port[] {
    return apiServerPorts.map(number => ({ number }));
}

/** The kubelets, which run in the nodes' network. */
export const kubelets: ExternalNode = { type: "external", name: "kubelets", peers: nodeNetwork };

/** Port of the kubelet's authenticated API. */
export const kubeletPorts: readonly Port[] = [{ number: 10250 }];

/** The ingress controller that serves the platform's routes. */
export function ingressController(namespace: string, podLabels: Readonly<Record<string, string>>): ExternalNode {
    return {
        type: "external",
        name: "ingress-controller",
        peers: [{
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
            podSelector: { matchLabels: { ...podLabels } },
        }],
    };
}

/** The Prometheus that a Prometheus Operator runs, and the namespace where. */
export function operatedPrometheus(namespace: string): ExternalNode {
    return {
        type: "external",
        name: "operated-prometheus",
        peers: [{
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
            podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/managed-by": "prometheus-operator" } },
        }],
    };
}
