import type * as k8s from "@pulumi/kubernetes";
import { checksum } from "./checksum";
import type { SecretKey } from "./secretKey";

/** A pod volume, with what must roll the pod when it changes. */
export interface Volume {
    readonly name: string;
    /** Left out where the pod's StatefulSet claims the volume. */
    readonly source?: Omit<k8s.types.input.core.v1.Volume, "name">;
    /** Digest of the content, for content that the kubelet does not refresh by itself. */
    readonly checksum?: string;
    /** Keys of Secrets among its files; the pod rolls when they change. */
    readonly secretKeys?: readonly SecretKey[];
}

/** Where a container sees a volume. */
export interface Mount {
    readonly volume: Volume;
    readonly path: string;
    /** One file or folder of the volume instead of its root. */
    readonly subPath?: string;
    /** Of a node's folder everything that is mounted below it as well, where the node's runtime can. @default false */
    readonly readOnly?: boolean;
}

/** Plain text files of a ConfigMap. */
export interface ConfigFiles {
    /** Name of the ConfigMap. */
    readonly name: string;
    /** Content by file name. */
    readonly files: Readonly<Record<string, string>>;
}

/** A writable scratch folder that goes with the pod; the size counts against the pod's ephemeral storage. */
export function scratch(name: string, sizeLimit: string, medium?: "Memory"): Volume {
    return { name, source: { emptyDir: { sizeLimit, ...(medium === undefined ? {} : { medium }) } } };
}

/** The files of a ConfigMap. */
export function configVolume(name: string, config: ConfigFiles): Volume {
    return { name, source: { configMap: { name: config.name } }, checksum: checksum(config.files) };
}

/** The files of several ConfigMaps in one folder. */
export function combinedVolume(name: string, configs: readonly ConfigFiles[]): Volume {
    return {
        name,
        source: { projected: { sources: configs.map(config => ({ configMap: { name: config.name } })) } },
        checksum: checksum(configs.map(({ files }) => files)),
    };
}

/** Keys of a Secret as files that only the pod's own user and group can read. */
export function secretVolume(name: string, secretName: string, keys: Readonly<Record<string, string>>): Volume {
    return {
        name,
        source: { secret: { secretName, defaultMode: 0o440, items: Object.entries(keys).map(([key, path]) => ({ key, path })) } },
    };
}

/**
 * Keys of one Secret as files, by path, that only the pod's own user and group can read; the pod rolls when they change.
 * @throws Error when the keys are of several Secrets
 */
export function secretFiles(name: string, files: Readonly<Record<string, SecretKey>>): Volume {
    const entries = Object.entries(files);
    const secretNames = [...new Set(entries.map(([, { secretName }]) => secretName))];
    if (secretNames.length !== 1) {
        throw new Error(`volume "${name}" has keys of ${secretNames.length} Secrets (${secretNames.join(", ")}); allowed is one, give each its own volume`);
    }
    const paths = Object.fromEntries(entries.map(([path, { key }]) => [key, path]));
    return { ...secretVolume(name, secretNames[0] as string, paths), secretKeys: Object.values(files) };
}

/** A claimed volume. */
export interface ClaimedStorage {
    /** Size, such as `1Gi`: it can grow where the class expands, and the API server refuses a smaller one. */
    readonly size: string;
    /** Storage class; null takes the cluster's default. The API server refuses another one: data move by a dump (docs/upgrades.md). */
    readonly storageClass: string | null;
}

/** A folder of the pod, which is lost with it. */
export interface EphemeralStorage {
    /** Most that it may hold, such as `1Gi`: it counts against the container's disk. */
    readonly ephemeral: string;
}

/** Where a store keeps its data. */
export type DataStorage = ClaimedStorage | EphemeralStorage;

/** A volume that a StatefulSet claims for each of its pods. */
export interface ClaimTemplate extends ClaimedStorage {
    /** Name of the volume within the pod; the claim is called `<name>-<pod>`. */
    readonly name: string;
}

/** The volume of a claim template as its containers mount it. */
export function templateVolume({ name }: ClaimTemplate): Volume {
    return { name };
}

/** A folder of the node; the Pod Security Standards from baseline on refuse it. */
export function nodeFolder(name: string, path: string): Volume {
    return { name, source: { hostPath: { path, type: "Directory" } } };
}

/** A folder of the node that outlives the pods there, made by the first of them for root; the same standards refuse it. */
export function keptNodeFolder(name: string, path: string): Volume {
    return { name, source: { hostPath: { path, type: "DirectoryOrCreate" } } };
}

/** A PersistentVolumeClaim that exists beside the pod. */
export function claimVolume(name: string, claimName: string): Volume {
    return { name, source: { persistentVolumeClaim: { claimName } } };
}
