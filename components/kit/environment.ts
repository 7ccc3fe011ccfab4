import type { Exposure } from "./settings";

/** The three environments. */
export const environmentNames = ["dev", "staging", "prod"] as const;

/** One of the three environments. */
export type EnvironmentName = (typeof environmentNames)[number];

/** What the platforms share within one environment. */
export interface EnvironmentDefaults {
    readonly name: EnvironmentName;
    /** Domain below which the platforms' hosts lie. */
    readonly domain: string;
    /** How front ends are reached. */
    readonly exposure: Exposure;
    /** Name of Traefik's certificate resolver; null serves its default certificate. */
    readonly certificateResolver: string | null;
    /** Where the ingress controller runs, for the NetworkPolicies that let it in. */
    readonly ingressController: { readonly namespace: string; readonly podLabels: Readonly<Record<string, string>> };
    /** Pods of an application tier that no autoscaler owns. */
    readonly applicationReplicas: number;
    /** Spreads the pods of one workload over nodes. */
    readonly spreadOverNodes: boolean;
    /** Refuses to delete volumes. */
    readonly protectData: boolean;
    /** Days that nightly dumps are kept; null makes none. */
    readonly backupRetentionDays: number | null;
    /** Seconds an autoscaler waits before it removes pods. */
    readonly scaleDownWindowSeconds: number;
    /** Level of the Pod Security Standards that namespaces enforce. */
    readonly podSecurity: "baseline" | "restricted";
    /**
     * Pods of the Alertmanager that all platforms share, 0 for none: then alerts are only shown. Or the address of one that
     * this program does not deploy.
     */
    readonly alertmanager: number | string;
    /** URL of the folder that serves docs/runbooks, one page per alert. */
    readonly runbooks: string;
    /** Seconds that an update waits for a workload to become ready. */
    readonly readinessTimeoutSeconds: number;
    /** Load generators may run. */
    readonly loadTests: boolean;
    /** What serves developers only may be switched on: CPU burners, and images that nothing but the node has. */
    readonly developmentAids: boolean;
}
