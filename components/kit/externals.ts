import type { ExternalNode, Port } from "./graph";

/** The cluster's name service, which every workload may ask. */
export const clusterDns: ExternalNode = {
    type: "external",
    name: "cluster-dns",
    peers: [{
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
        podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    }],
};

/** Ports of the name service. */
export const dnsPorts: readonly Port[] = [{ number: 53, protocol: "UDP" }, { number: 53 }];

/** Clients outside the cluster, arriving through a LoadBalancer or NodePort Service. */
export const internet: ExternalNode = { type: "external", name: "internet", peers: [{ ipBlock: { cidr: "0.0.0.0/0" } }] };

/**
 * How policies name what runs in the nodes' network: by port only. Blocks of addresses do not match nodes under Cilium.
 * @see https://docs.cilium.io/en/stable/security/policy/language/
 */
export const nodeNetwork: ExternalNode["peers"] = [];

/** The API server, which runs outside the pod network. */
export const kubernetesApi: ExternalNode = { type: "external", name: "kubernetes-api", peers: nodeNetwork };

/**
 * Ports of the API server: 443 on its Service, 6443 where it listens, 8443 where minikube's does.
 * @see https://minikube.sigs.k8s.io/docs/commands/start/
 */
export const kubernetesApiPorts: readonly Port[] = [{ number: 443 }, { number: 6443 }, { number: 8443 }];

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

/** The Prometheus that a Prometheus Operator runs in a namespace. */
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
