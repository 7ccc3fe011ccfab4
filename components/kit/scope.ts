import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { EnvironmentDefaults } from "../config/environments";
import type { DependencyGraph } from "./graph";
import type { ConfigFiles } from "./volumes";

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

/** Files for a volume of pods, as a child of the component whose pods those are. */
export function createConfigMap(
    scope: Scope, { name, files }: ConfigFiles, labels: Record<string, string>, parent: pulumi.Resource,
): k8s.core.v1.ConfigMap {
    const { namespace, origin } = scope;
    return new k8s.core.v1.ConfigMap(scopedName(scope, name), { metadata: { name, namespace, labels }, data: { ...files } },
        { parent, dependsOn: [...origin] });
}

/** A component that lives in one namespace of one platform; its own and its children's logical names carry the platform. */
export abstract class ScopedComponent extends pulumi.ComponentResource {
    /**
     * @param type type token without its prefix, such as `data:Redis`
     * @param objectName name of the main object, such as `redis`
     * @param scope where the component is placed
     */
    protected constructor(
        type: string, readonly objectName: string, protected readonly scope: Scope, opts?: pulumi.ComponentResourceOptions,
    ) {
        // Arguments handed to the engine here would end up in the state in plain text: pulumi/pulumi-kubernetes#3894.
        super(`platforms:${type}`, scopedName(scope, objectName), {}, opts);
    }

    /** Logical name of the child object that Kubernetes knows by `metadataName`. */
    protected childName(metadataName: string): string {
        return scopedName(this.scope, metadataName);
    }

    /** Options of a child: below this component, after the Namespace and whatever else it waits for. */
    protected childOptions(after: readonly pulumi.Resource[] = [], more: pulumi.CustomResourceOptions = {}): pulumi.CustomResourceOptions {
        return { ...more, parent: this, dependsOn: [...this.scope.origin, ...after] };
    }

    /** Files for a volume of the component's pods. */
    protected createConfigMap(files: ConfigFiles, labels: Record<string, string>): k8s.core.v1.ConfigMap {
        return createConfigMap(this.scope, files, labels, this);
    }
}
