import { z } from "zod";
import { cidr, exposure, hostname, namespaceName, podSecurityLevel, port, replicas, retentionDays, serviceAddress, webAddress } from "./settings";

/** The three environments. */
export const environmentNames = ["dev", "staging", "prod"] as const;

/** One of the three environments. */
export type EnvironmentName = (typeof environmentNames)[number];

/** What the platforms share within one environment: its table of defaults, and what a stack lays over it as `platforms:shared`. */
export const environmentSettings = z.strictObject({
    /** Domain below which the platforms' hosts lie. */
    domain: hostname,
    /** How front ends are reached. */
    exposure,
    /** Name of Traefik's certificate resolver; null serves its default certificate. */
    certificateResolver: z.string().nullable(),
    /** Where the ingress controller runs, for the NetworkPolicies that let it in. */
    ingressController: z.strictObject({
        namespace: namespaceName,
        podLabels: z.record(z.string(), z.string()).default({ "app.kubernetes.io/name": "traefik" }),
    }),
    /** Pods of an application tier that no autoscaler owns. */
    applicationReplicas: replicas,
    /** Spreads the pods of one workload over nodes. */
    spreadOverNodes: z.boolean(),
    /** Refuses to delete volumes. */
    protectData: z.boolean(),
    /** Days that nightly dumps are kept; null makes none. */
    backupRetentionDays: retentionDays.nullable(),
    /** Seconds an autoscaler waits before it removes pods. */
    scaleDownWindowSeconds: z.int().min(0).max(3600),
    /** Level of the Pod Security Standards that namespaces enforce. */
    podSecurity: podSecurityLevel,
    /** Oldest Kubernetes of the stack's clusters: its Pod Security Standards are enforced, and `make up` refuses an older server. */
    minKubernetesVersion: z.string().regex(/^1\.\d{2}$/, { error: "allowed is a minor release, such as 1.35" }),
    /**
     * Pods of the Alertmanager that all platforms share, 0 for none: then alerts are only shown. Or the address of one that
     * this program does not deploy.
     */
    alertmanager: z.union([z.int().min(0).max(9), serviceAddress], {
        error: "allowed is a number of pods from 0 to 9, or the address of another Alertmanager, such as alertmanager.observability.svc:9093",
    }),
    /**
     * Namespace of the Prometheus that a Prometheus Operator runs, for the NetworkPolicies that let it in where a platform leaves its
     * monitoring to one.
     */
    prometheusNamespace: namespaceName,
    /** URL of the folder that serves docs/runbooks, one page per alert. */
    runbooks: webAddress,
    /** Seconds that an update waits for a workload to become ready. */
    readinessTimeoutSeconds: z.int().min(10).max(3600),
    /**
     * Blocks of addresses where the cluster's name service answers besides its pods. NodeLocal DNSCache has the one that is the
     * default; on nodes where kube-proxy uses iptables it also takes what is sent to the address of the Service `kube-dns`.
     * @see https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/
     */
    nameServiceAddresses: z.array(cidr),
    /**
     * Ports of the API server: 443 on its Service, and those where it listens, which `kubectl get endpointslices kubernetes` shows;
     * 6443 with most clusters, 8443 with minikube.
     * @see https://minikube.sigs.k8s.io/docs/commands/start/
     */
    apiServerPorts: z.array(port).min(1),
    /** Load generators may run. */
    loadTests: z.boolean(),
    /** What serves developers only may be switched on: CPU burners, and images that nothing but the node has. */
    developmentAids: z.boolean(),
});

/** What the platforms share within one environment. */
export type EnvironmentDefaults = Readonly<z.infer<typeof environmentSettings>> & { readonly name: EnvironmentName };
