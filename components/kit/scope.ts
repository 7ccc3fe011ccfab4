import type * as pulumi from "@pulumi/pulumi";
import type { EnvironmentDefaults } from "./environment";
import type { DependencyGraph } from "./graph";

/** What a pod gives way to when a node is full: batch work to applications, and these to stores of data. */
export type PriorityTier = "data" | "application" | "batch";

/** Where components are placed. */
export interface Scope {
    /** Platform, such as `taskflow`: prefix of every logical name. */
    readonly platform: string;
    /** Namespace of every object. */
    readonly namespace: string;
    /** Defaults of the environment that the stack deploys. */
    readonly environment: EnvironmentDefaults;
    /** The graph that components add themselves to. */
    readonly graph: DependencyGraph;
    /** What must exist before any object of the namespace: the Namespace itself. */
    readonly origin: readonly pulumi.Resource[];
    /** Prefix of logical names where a platform has several namespaces with equal object names. @default the platform */
    readonly logicalPrefix?: string;
    /** Opens the name service to pods that open no connection too. @default false */
    readonly dnsForEveryPod?: boolean;
    /** PriorityClasses of the workloads, by what they do. @default the cluster's default priority */
    readonly priorities?: Readonly<Record<PriorityTier, string>>;
}

/** Object metadata as every builder needs it. */
export interface ObjectMeta {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Record<string, string>;
}

/** Logical name of an object: its own name, after the platform's unless it says that already. */
export function logicalName(platform: string, metadataName: string): string {
    return metadataName === platform || metadataName.startsWith(`${platform}-`) ? metadataName : `${platform}-${metadataName}`;
}

/** Logical name, in a scope, of the object that Kubernetes knows by `metadataName`. */
export function scopedName({ platform, logicalPrefix = platform }: Scope, metadataName: string): string {
    return logicalName(logicalPrefix, metadataName);
}
