import type * as k8s from "@pulumi/kubernetes";
import type { Pod } from "../kit/pod";
import { podTemplate } from "../kit/pod";
import type { ObjectMeta } from "../kit/scope";
import type { ClaimTemplate } from "../kit/volumes";
import { claimSpec } from "./volumeClaim";

/** How pods are replaced: one by one without a gap, or all at once after the old ones are gone. */
export type UpdateStrategy = "RollingUpdate" | "Recreate";

/** The pods of a workload in plain values. */
export interface PodsSpec {
    readonly meta: ObjectMeta;
    readonly selector: Readonly<Record<string, string>>;
    readonly pod: Pod;
    /** Plain variables of the main container; a change rolls the pods. */
    readonly configuration: Readonly<Record<string, string>>;
}

/** A Deployment in plain values. */
export interface DeploymentSpec extends PodsSpec {
    /** Left out while an autoscaler owns the number, so that an update never resets it. */
    readonly replicas?: number;
    /** @default "RollingUpdate" */
    readonly strategy?: UpdateStrategy;
    /** Earlier versions that can be rolled back to. @default 3 */
    readonly revisions?: number;
}

/** A StatefulSet in plain values. */
export interface StatefulSetSpec extends PodsSpec {
    readonly replicas: number;
    /** Service that names the pods. @default `<name>-headless` */
    readonly serviceName?: string;
    /** Volumes that are claimed for each pod. */
    readonly claimTemplates: readonly ClaimTemplate[];
}

/** Spreads pods over nodes where that is possible, and schedules them anyway where it is not. */
export function nodeSpread(selector: Readonly<Record<string, string>>): k8s.types.input.core.v1.TopologySpreadConstraint {
    return { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway", labelSelector: { matchLabels: { ...selector } } };
}

/** How strictly pods are spread, where one node or zone is not enough. */
export interface SpreadRules {
    /** Also over availability zones. @default false */
    readonly zones?: boolean;
    /** Leaves a pod pending rather than to put it beside another. @default false */
    readonly strict?: boolean;
    /** Over nodes by keeping pods apart, rather than evenly: then a node has a second one only when all nodes have one. @default false */
    readonly apart?: boolean;
}

/** Spreads pods over nodes, and over zones where that is asked for. */
export function spreadConstraints(
    selector: Readonly<Record<string, string>>, { zones = false, strict = false, apart = false }: SpreadRules = {},
): k8s.types.input.core.v1.TopologySpreadConstraint[] {
    const overNodes = nodeSpread(selector);
    return [
        ...(apart ? [] : [{ ...overNodes, ...(strict && { whenUnsatisfiable: "DoNotSchedule" }) }]),
        ...(zones ? [{ ...overNodes, topologyKey: "topology.kubernetes.io/zone" }] : []),
    ];
}

/** Keeps the pods of one workload on different nodes: always, or as long as there is room. */
export function antiAffinity(selector: Readonly<Record<string, string>>, strict: boolean): k8s.types.input.core.v1.Affinity {
    const term = { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { ...selector } } };
    return {
        podAntiAffinity: strict
            ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
            : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] },
    };
}

/** A Deployment; a rolling update never has fewer pods than asked for. */
export function deploymentArgs(spec: DeploymentSpec): k8s.apps.v1.DeploymentArgs {
    return {
        metadata: spec.meta,
        spec: {
            ...(spec.replicas !== undefined && { replicas: spec.replicas }),
            revisionHistoryLimit: spec.revisions ?? 3,
            selector: { matchLabels: { ...spec.selector } },
            strategy: spec.strategy === "Recreate"
                ? { type: "Recreate" }
                : { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
            template: podTemplate(spec.pod, spec.configuration),
        },
    };
}

/** A DaemonSet: one pod on every node. */
export function daemonSetArgs({ meta, selector, pod, configuration }: PodsSpec): k8s.apps.v1.DaemonSetArgs {
    return {
        metadata: meta,
        spec: {
            selector: { matchLabels: { ...selector } },
            updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
            template: podTemplate(pod, configuration),
        },
    };
}

/** A StatefulSet whose pods are named by a headless Service; an update ends a pod before its successor starts. */
export function statefulSetArgs(spec: StatefulSetSpec): k8s.apps.v1.StatefulSetArgs {
    return {
        metadata: spec.meta,
        spec: {
            replicas: spec.replicas,
            serviceName: spec.serviceName ?? `${spec.meta.name}-headless`,
            selector: { matchLabels: { ...spec.selector } },
            podManagementPolicy: "Parallel",
            updateStrategy: { type: "RollingUpdate" },
            template: podTemplate(spec.pod, spec.configuration),
            ...(spec.claimTemplates.length > 0 && { volumeClaimTemplates: spec.claimTemplates.map(claimTemplate) }),
        },
    };
}

function claimTemplate({ name, ...storage }: ClaimTemplate): k8s.types.input.core.v1.PersistentVolumeClaim {
    return { metadata: { name }, spec: claimSpec(storage) };
}
