import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { recommendedLabels } from "../kit/labels";
import type { Scope } from "../kit/scope";
import { scopedName } from "../kit/scope";
import { ScopedComponent } from "./scopedComponent";
import type { ClaimedStorage, ClaimTemplate, Volume } from "../kit/volumes";
import { claimVolume } from "../kit/volumes";

/** Arguments of {@link VolumeClaim}. */
export interface VolumeClaimArgs extends ClaimedStorage {
    /** Name of the volume within the pod. @default name of the claim */
    readonly volumeName?: string;
}

/** A claim for one volume that a single pod writes; it cannot be deleted where the environment protects data. */
export class VolumeClaim extends ScopedComponent {
    /** The claim as a pod volume. */
    readonly volume: Volume;
    /** The claim, for its consumer to wait for. */
    readonly claim: k8s.core.v1.PersistentVolumeClaim;

    constructor(name: string, scope: Scope, args: VolumeClaimArgs, opts?: pulumi.ComponentResourceOptions) {
        super("data:VolumeClaim", name, scope, opts);
        this.volume = claimVolume(args.volumeName ?? name, name);
        this.claim = new k8s.core.v1.PersistentVolumeClaim(this.childName(name), claimArgs(name, scope, args),
            { parent: this, protect: scope.environment.protectData, dependsOn: beforeClaims(scope) });
        this.registerOutputs({ size: args.size, storageClass: args.storageClass ?? "the cluster's default" });
    }
}

/** The quota, too: one that grows with the claim must have grown before. */
function beforeClaims({ origin, namespace, graph }: Scope): Promise<pulumi.Resource[]> {
    return graph.guardsOf({ name: namespace }).then(guards => [...origin, ...guards]);
}

function claimArgs(name: string, { namespace, platform }: Scope, storage: ClaimedStorage): k8s.core.v1.PersistentVolumeClaimArgs {
    return {
        metadata: {
            name,
            namespace,
            labels: recommendedLabels({ platform, name, component: "storage" }),
            // A claim may bind only once its pod is scheduled, and the pod's own readiness is waited for.
            annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: claimSpec(storage),
    };
}

/** What is claimed: one volume that one node writes at a time. */
export function claimSpec({ size, storageClass }: ClaimedStorage): k8s.types.input.core.v1.PersistentVolumeClaimSpec {
    return {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: size } },
        ...(storageClass !== null && { storageClassName: storageClass }),
    };
}

/** Names of the claims that a StatefulSet's controller looks for, and makes where it finds none: one for each pod. */
export function podClaimNames(statefulSet: string, { name }: ClaimTemplate, replicas: number): string[] {
    return Array.from({ length: replicas }, (_, ordinal) => `${name}-${statefulSet}-${ordinal}`);
}

/**
 * The claims of a StatefulSet's pods, declared before it so that they can grow: a template of it cannot be changed. With fewer pods,
 * or without the StatefulSet, the claims that nothing declares any more stay on the cluster with their data, as Kubernetes has it.
 */
export function createPodClaims(
    statefulSet: string, scope: Scope, templates: readonly ClaimTemplate[], replicas: number, parent: pulumi.Resource,
): k8s.core.v1.PersistentVolumeClaim[] {
    return templates.flatMap(template => podClaimNames(statefulSet, template, replicas).map(name =>
        new k8s.core.v1.PersistentVolumeClaim(scopedName(scope, name), claimArgs(name, scope, template),
            { parent, retainOnDelete: true, dependsOn: beforeClaims(scope) })));
}
