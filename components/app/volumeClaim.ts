import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { recommendedLabels } from "../kit/labels";
import type { Scope } from "../kit/scope";
import { ScopedComponent } from "./scopedComponent";
import type { Volume } from "../kit/volumes";
import { claimVolume } from "../kit/volumes";

/** Arguments of {@link VolumeClaim}. */
export interface VolumeClaimArgs {
    /** Size, such as `5Gi`. Making it smaller replaces the volume and destroys its data. */
    readonly size: string;
    /** Storage class; null takes the cluster's default. Changing it replaces the volume and destroys its data. */
    readonly storageClass: string | null;
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
        this.claim = new k8s.core.v1.PersistentVolumeClaim(this.childName(name), {
            metadata: {
                name,
                namespace: scope.namespace,
                labels: recommendedLabels({ platform: scope.platform, name, component: "storage" }),
                // A claim may bind only once its pod is scheduled, and the pod's own readiness is waited for.
                annotations: { "pulumi.com/skipAwait": "true" },
            },
            spec: {
                accessModes: ["ReadWriteOnce"],
                resources: { requests: { storage: args.size } },
                ...(args.storageClass !== null && { storageClassName: args.storageClass }),
            },
        }, this.childOptions([], { protect: scope.environment.protectData }));
        this.registerOutputs({ size: args.size, storageClass: args.storageClass ?? "the cluster's default" });
    }
}
