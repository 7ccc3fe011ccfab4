import * as pulumi from "@pulumi/pulumi";
import type * as k8s from "@pulumi/kubernetes";
import { checksum } from "./checksum";
import type { Environment } from "./connection";
import type { Probes } from "./probes";
import type { ContainerResources } from "./resources";
import { SecretKey } from "./secretKey";
import type { RunAs } from "./securityContext";
import { containerSecurityContext, podSecurityContext } from "./securityContext";
import type { ConfigFiles, Mount, Volume } from "./volumes";

/** When the kubelet asks the registry for an image. */
export type ImagePullPolicy = "Always" | "IfNotPresent" | "Never";

/** One container, in plain values. */
export interface Container {
    readonly name: string;
    readonly image: string;
    /** @default "IfNotPresent", right for the pinned tags that the policies demand */
    readonly imagePullPolicy?: ImagePullPolicy;
    /** @default the image's entry point */
    readonly command?: readonly string[];
    readonly args?: readonly string[];
    /** Ports by name. */
    readonly ports?: Readonly<Record<string, number>>;
    readonly environment?: Environment;
    /**
     * ConfigMaps and Secrets whose keys become variables; a Secret's are named by any one of its keys. A ConfigMap given
     * with its content rolls the pods when that changes.
     */
    readonly environmentFrom?: readonly (string | ConfigFiles | SecretKey)[];
    readonly resources: ContainerResources;
    /** Left out for containers that run to completion. */
    readonly probes?: Partial<Probes>;
    readonly mounts?: readonly Mount[];
    /** Seconds the container keeps serving after its endpoint is withdrawn. @default 0 */
    readonly preStopSleepSeconds?: number;
    /** Runs before the container is asked to end, within the pod's termination grace, in place of the sleep. @default nothing */
    readonly preStopCommand?: readonly string[];
    /** User of this container where it is not the pod's. @default the pod's */
    readonly runAs?: RunAs;
    /** Lets the processes write outside their volumes, for images that cannot do without. @default false */
    readonly writableRoot?: boolean;
}

/** One pod template, in plain values. */
export interface Pod {
    readonly labels: Readonly<Record<string, string>>;
    readonly serviceAccountName: string;
    /** Mounts an API token; only for workloads that talk to the API server. @default false */
    readonly automountToken?: boolean;
    readonly runAs: RunAs;
    readonly initContainers?: readonly Container[];
    readonly containers: readonly Container[];
    /** @default 30 */
    readonly terminationGraceSeconds?: number;
    /** @default "Always" */
    readonly restartPolicy?: "Always" | "OnFailure" | "Never";
    readonly topologySpread?: readonly k8s.types.input.core.v1.TopologySpreadConstraint[];
    readonly affinity?: k8s.types.input.core.v1.Affinity;
    readonly priorityClassName?: string;
    readonly imagePullSecrets?: readonly string[];
    /** Taints of nodes that it runs on all the same. */
    readonly tolerations?: readonly k8s.types.input.core.v1.Toleration[];
    /** Namespaces of the node that it shares; the Pod Security Standards from baseline on refuse both. @default none */
    readonly hostNamespaces?: readonly ("network" | "pid")[];
}

/** Variables in the API's form: references first, because `$(NAME)` sees only what stands before it. */
export function environmentVariables(environment: Environment): k8s.types.input.core.v1.EnvVar[] {
    const rank = (value: string | SecretKey): number => (value instanceof SecretKey ? 0 : 1);
    return Object.entries(environment)
        .sort(([, a], [, b]) => rank(a) - rank(b))
        .map(([name, value]) => value instanceof SecretKey
            ? { name, valueFrom: { secretKeyRef: { name: value.secretName, key: value.key } } }
            : { name, value });
}

function containerArgs(container: Container, pod: Pod): k8s.types.input.core.v1.Container {
    const { startup, readiness, liveness } = container.probes ?? {};
    return {
        name: container.name,
        image: container.image,
        imagePullPolicy: container.imagePullPolicy ?? "IfNotPresent",
        ...(container.command && { command: [...container.command] }),
        ...(container.args && { args: [...container.args] }),
        ...(container.ports && {
            ports: Object.entries(container.ports).map(([name, containerPort]) => ({ name, containerPort, protocol: "TCP" })),
        }),
        ...(container.environment && { env: environmentVariables(container.environment) }),
        ...(container.environmentFrom && {
            envFrom: container.environmentFrom.map(source => source instanceof SecretKey
                ? { secretRef: { name: source.secretName } }
                : { configMapRef: { name: typeof source === "string" ? source : source.name } }),
        }),
        resources: { requests: { ...container.resources.requests }, limits: { ...container.resources.limits } },
        ...(startup && { startupProbe: startup }),
        ...(readiness && { readinessProbe: readiness }),
        ...(liveness && { livenessProbe: liveness }),
        ...(container.preStopSleepSeconds && { lifecycle: { preStop: { sleep: { seconds: container.preStopSleepSeconds } } } }),
        ...(container.preStopCommand && { lifecycle: { preStop: { exec: { command: [...container.preStopCommand] } } } }),
        securityContext: containerSecurityContext(container.runAs ?? pod.runAs, container.writableRoot),
        ...(container.mounts && {
            volumeMounts: container.mounts.map(({ volume, path, subPath, readOnly }) => ({
                name: volume.name,
                mountPath: path,
                ...(subPath && { subPath }),
                ...(readOnly && { readOnly }),
                // A bare readOnly leaves what the node has mounted below the folder writable, such as its /tmp.
                // https://kubernetes.io/docs/concepts/storage/volumes/#recursive-read-only-mounts
                ...(readOnly && volume.source?.hostPath && { recursiveReadOnly: "IfPossible" }),
            })),
        }),
    };
}

/** A volume without the references whose digests are known only during the update. */
function comparable({ name, source, checksum: digest }: Volume): Volume {
    return { name, ...(source && { source }), ...(digest !== undefined && { checksum: digest }) };
}

/**
 * The volumes its containers mount, each once.
 * @throws Error when two different volumes share a name
 */
function volumesOf(containers: readonly Container[]): Volume[] {
    const byName = new Map<string, Volume>();
    for (const { volume } of containers.flatMap(container => container.mounts ?? [])) {
        const known = byName.get(volume.name);
        if (known && known !== volume && checksum(comparable(known)) !== checksum(comparable(volume))) {
            throw new Error(`two different volumes are called "${volume.name}"; rename one of them`);
        }
        byName.set(volume.name, volume);
    }
    return [...byName.values()];
}

/** Digests of what the containers read of Secrets: each key by itself, so that another key's rotation leaves them alone. */
function secretChecksums(containers: readonly Container[]): pulumi.Input<string>[] {
    const isKey = (value: unknown): value is SecretKey => value instanceof SecretKey;
    const variables = containers.flatMap(({ environment = {} }) => Object.values(environment)).filter(isKey);
    const files = volumesOf(containers).flatMap(({ secretKeys = [] }) => secretKeys);
    const keys = [...variables, ...files]
        .map(key => [`${key.secretName}/${key.key}`, key.checksum] as const);
    const whole = containers.flatMap(({ environmentFrom = [] }) => environmentFrom).filter(isKey)
        .map(key => [key.secretName, key.secretChecksum] as const);
    return [...new Map([...whole, ...keys]).values()];
}

/** Annotations that change, and so roll the pods, when a ConfigMap or Secret they read changes. */
function checksumAnnotations(
    containers: readonly Container[], extra: Readonly<Record<string, unknown>>,
): Record<string, pulumi.Input<string>> {
    const files = Object.fromEntries(volumesOf(containers).flatMap(({ name, checksum: digest }) => digest ? [[name, digest]] : []));
    const variables = Object.fromEntries(containers.flatMap(({ environmentFrom = [] }) => environmentFrom)
        .flatMap(source => (typeof source === "string" || source instanceof SecretKey ? [] : [[source.name, source.files]])));
    const config = { ...files, ...variables, ...extra };
    const secrets = secretChecksums(containers);
    return {
        ...(Object.keys(config).length > 0 && { "checksum/config": checksum(config) }),
        ...(secrets.length > 0 && { "checksum/secrets": pulumi.all(secrets).apply(checksum) }),
    };
}

/**
 * A pod template under the restricted Pod Security Standard.
 * @param pod what to run
 * @param configuration further content that must roll the pods when it changes, such as a ConfigMap read with envFrom
 * @throws Error when two different volumes share a name
 */
export function podTemplate(
    pod: Pod, configuration: Readonly<Record<string, unknown>> = {},
): k8s.types.input.core.v1.PodTemplateSpec {
    const initContainers = pod.initContainers ?? [];
    const all = [...initContainers, ...pod.containers];
    const volumes = volumesOf(all).filter(({ source }) => source !== undefined);
    const annotations = checksumAnnotations(all, configuration);
    return {
        metadata: { labels: { ...pod.labels }, ...(Object.keys(annotations).length > 0 && { annotations }) },
        spec: {
            serviceAccountName: pod.serviceAccountName,
            automountServiceAccountToken: pod.automountToken ?? false,
            // One variable per Service of the namespace would reach every container, and collide with the platforms' own.
            enableServiceLinks: false,
            securityContext: podSecurityContext(pod.runAs),
            terminationGracePeriodSeconds: pod.terminationGraceSeconds ?? 30,
            ...(pod.restartPolicy && { restartPolicy: pod.restartPolicy }),
            ...(pod.priorityClassName && { priorityClassName: pod.priorityClassName }),
            ...(pod.imagePullSecrets?.length && { imagePullSecrets: pod.imagePullSecrets.map(name => ({ name })) }),
            ...(pod.affinity && { affinity: pod.affinity }),
            ...(pod.tolerations?.length && { tolerations: [...pod.tolerations] }),
            ...(pod.hostNamespaces?.includes("network") && { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" }),
            ...(pod.hostNamespaces?.includes("pid") && { hostPID: true }),
            ...(pod.topologySpread?.length && { topologySpreadConstraints: [...pod.topologySpread] }),
            ...(initContainers.length > 0 && { initContainers: initContainers.map(container => containerArgs(container, pod)) }),
            containers: pod.containers.map(container => containerArgs(container, pod)),
            ...(volumes.length > 0 && { volumes: volumes.map(({ name, source }) => ({ name, ...source })) }),
        },
    };
}
