import type { Exposure } from "./schema";

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
    /** Where alerts go; null only shows them. */
    readonly alertmanager: string | null;
    /** Seconds that an update waits for a workload to become ready. */
    readonly readinessTimeoutSeconds: number;
}

const table: { readonly [Field in Exclude<keyof EnvironmentDefaults, "name">]: readonly [
    dev: EnvironmentDefaults[Field], staging: EnvironmentDefaults[Field], prod: EnvironmentDefaults[Field],
] } = {
    domain: ["localhost", "staging.example.com", "example.com"],
    exposure: ["loadBalancer", "ingress", "ingress"],
    certificateResolver: [null, "letsencrypt-staging", "letsencrypt"],
    applicationReplicas: [1, 2, 2],
    spreadOverNodes: [false, true, true],
    protectData: [false, false, true],
    backupRetentionDays: [null, 7, 30],
    scaleDownWindowSeconds: [60, 60, 300],
    podSecurity: ["restricted", "restricted", "restricted"],
    alertmanager: [null, "alertmanager.monitoring.svc:9093", "alertmanager.monitoring.svc:9093"],
    readinessTimeoutSeconds: [300, 300, 600],
};

/** The table's column of one environment. */
export function environmentDefaults(name: EnvironmentName): EnvironmentDefaults {
    const column = environmentNames.indexOf(name);
    const values = Object.fromEntries(Object.entries(table).map(([field, row]) => [field, row[column]]));
    return { name, ...values } as unknown as EnvironmentDefaults;
}
