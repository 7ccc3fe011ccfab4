import type { ExternalNode, Port } from "./graph";

const anyAddress = { ipBlock: { cidr: "0.0.0.0/0" } };

/** The cluster's name service, needed by every workload that connects to something by name. */
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
export const internet: ExternalNode = { type: "external", name: "internet", peers: [anyAddress] };

/** The API server: it runs outside the pod network, so policies can name it by port only. */
export const kubernetesApi: ExternalNode = { type: "external", name: "kubernetes-api", peers: [anyAddress] };

/** Ports of the API server: 443 on its Service, 6443 where it listens. */
export const kubernetesApiPorts: readonly Port[] = [{ number: 443 }, { number: 6443 }];

/** The kubelets, which run in the nodes' network. */
export const kubelets: ExternalNode = { type: "external", name: "kubelets", peers: [anyAddress] };

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
