import type * as k8s from "@pulumi/kubernetes";

/** The numeric user that a pod's processes run as. */
export interface RunAs {
    /** User id; 0 is refused by the restricted Pod Security Standard. */
    readonly user: number;
    /** Group id. @default same as `user` */
    readonly group?: number;
    /** Group that owns the volumes. @default same as `group` */
    readonly volumeGroup?: number;
}

/**
 * Pod-level context of the restricted Pod Security Standard.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podSecurityContext(runAs: RunAs): k8s.types.input.core.v1.PodSecurityContext {
    const group = runAs.group ?? runAs.user;
    return {
        runAsNonRoot: true,
        runAsUser: runAs.user,
        runAsGroup: group,
        fsGroup: runAs.volumeGroup ?? group,
        // Changing the owner of every file of a large volume at each start takes minutes.
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
    };
}

/**
 * Container-level context of the restricted standard, with a read-only root file system on top unless that is not possible. Root,
 * which the standard refuses, has no capabilities either.
 */
export function containerSecurityContext(runAs: RunAs, writableRoot = false): k8s.types.input.core.v1.SecurityContext {
    return {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        privileged: false,
        readOnlyRootFilesystem: !writableRoot,
        runAsNonRoot: runAs.user !== 0,
        runAsUser: runAs.user,
        seccompProfile: { type: "RuntimeDefault" },
    };
}
