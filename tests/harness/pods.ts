import type * as k8s from "@pulumi/kubernetes";
import { parseQuantity } from "../../components/kit/quantity";
import type { Recording } from "./mocks";

type PodTemplate = k8s.types.output.core.v1.PodTemplateSpec;

/** A container as it was rendered. */
export type RenderedContainer = k8s.types.output.core.v1.Container;

/** The pod template of one object. */
export interface RenderedPods {
    readonly kind: string;
    readonly name: string;
    readonly namespace: string;
    readonly template: PodTemplate;
}

const kinds = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"];

/** Every pod template of a recording. */
export function podsOf(recording: Recording): RenderedPods[] {
    return kinds.flatMap(kind => recording.ofKind(kind).map(({ inputs }) => ({
        kind, name: inputs.metadata.name, namespace: inputs.metadata.namespace,
        template: kind === "CronJob" ? inputs.spec.jobTemplate.spec.template : inputs.spec.template,
    })));
}

/** Containers of a pod template, init containers first. */
export function containersOf({ template }: RenderedPods): RenderedContainer[] {
    return [...template.spec.initContainers ?? [], ...template.spec.containers];
}

/** Every container of a recording under a name for messages, such as `backend-api/api`. */
export function allContainers(recording: Recording): [string, RenderedContainer][] {
    return podsOf(recording).flatMap(pods => containersOf(pods).map((container): [string, RenderedContainer] =>
        [`${pods.name}/${container.name}`, container]));
}

/** Variables of a container: their value, or `secret/key` of what they refer to. */
export function variablesOf({ env = [] }: RenderedContainer): Record<string, string> {
    return Object.fromEntries(env.map(({ name, value, valueFrom }) =>
        [name, valueFrom ? `${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}` : value]));
}

/** CPU and memory in the short form `cpu/memory`. */
export function amounts({ resources: { requests, limits } }: RenderedContainer): [requests: string, limits: string] {
    const pair = (side: Record<string, string>): string => `${side["cpu"]}/${side["memory"]}`;
    return [pair(requests), pair(limits)];
}

/** Disk of the node that a pod may use before it is evicted: the limits of its containers, or of a larger init container. */
export function diskLimitOf({ template: { spec: { containers, initContainers = [] } } }: RenderedPods): number {
    const of = ({ resources }: RenderedContainer): number => parseQuantity(resources.limits["ephemeral-storage"] as string);
    return Math.max(containers.map(of).reduce((a, b) => a + b), ...initContainers.map(of));
}

/** Sizes of the folders that go with the pod and lie on the node's disk. */
export function foldersOf({ template: { spec: { volumes = [] } } }: RenderedPods): number {
    return volumes.flatMap(({ emptyDir }) => (emptyDir && emptyDir.medium !== "Memory" ? [parseQuantity(emptyDir.sizeLimit)] : []))
        .reduce((a, b) => a + b, 0);
}
