import type { Finding } from "../framework/finding";
import { finding } from "../framework/finding";
import type { Field } from "../framework/field";
import type { Container, Pod } from "../framework/pod";
import type { Filling } from "../framework/rule";
import { joinQuoted, pluralize } from "../framework/wording";

/** Levels of the standard that refuse something; `privileged` refuses nothing. */
export type CheckLevel = "baseline" | "restricted";

/** Why a pod is refused, in the words of the Pod Security admission. */
export interface Refusal {
    /** Constant and short, such as `host namespaces`. */
    readonly reason: string;
    /** The containers and values, such as `hostNetwork=true`. */
    readonly detail: string;
    /** The fields that caused it. */
    readonly findings: readonly Finding[];
}

/** Judges a pod: a refusal, or undefined when it is allowed. Unknown fields count as compliant and are noted in the pod. */
export type Judge = (pod: Pod) => Refusal | undefined;

/** One form of a check, in force from a minor version of Kubernetes on. */
export interface CheckVersion {
    /** First minor version, 36 for v1.36. */
    readonly since: number;
    readonly judge: Judge;
    /** Baseline checks that this restricted one includes and replaces. */
    readonly overrides?: readonly string[];
}

/** One rule of the Pod Security Standards. */
export interface Check {
    /** The id in k8s.io/pod-security-admission. */
    readonly id: string;
    readonly level: CheckLevel;
    /** The rule in one sentence. */
    readonly rule: string;
    /** Paths of the fields it restricts, `*` for each element. */
    readonly fields: readonly string[];
    /** The values those fields may hold. */
    readonly allowed: string;
    /** What to change to comply. */
    readonly fix: string;
    readonly severity: "low" | "medium" | "high" | "critical";
    /** Fills the fields that are absent and can be filled safely. */
    readonly fill?: (pod: Pod) => Filling[];
    /** In rising order of `since`. */
    readonly versions: readonly CheckVersion[];
}

/** `container "a"` or `containers "a", "b"`. */
export function namedContainers(containers: readonly Container[]): string {
    return `${pluralize("container", "containers", containers.length)} ${joinQuoted(containers.map(({ name }) => name))}`;
}

/** `pod`, `container "a"` or `pod and containers "a", "b"`. */
export function setters(pod: boolean, containers: readonly Container[]): string {
    return [...(pod ? ["pod"] : []), ...(containers.length > 0 ? [namedContainers(containers)] : [])].join(" and ");
}

/** The findings that a field below each of some containers holds the wrong value. */
export function containerFindings(containers: readonly Container[], select: (container: Field) => Field, allowed: string): Finding[] {
    return containers.map(({ field, name }) => finding(select(field), allowed, name));
}

/** The same field of a container's security context. */
export function securityContext(...keys: readonly string[]): (container: Field) => Field {
    return container => container.at("securityContext", ...keys);
}

/** A value for a field of each container that does not have it. */
export function fillContainers(select: (container: Field) => Field, value: unknown): (pod: Pod) => Filling[] {
    return pod => pod.containers
        .map(({ field }) => select(field))
        .filter(field => !field.isPresent)
        .map(field => ({ keys: field.keys, value }));
}

/**
 * Spares pods declared for Windows nodes, which cannot have the Linux fields.
 * The operating system is only asked for when there is something to spare, so that it matters only then when unknown.
 */
export function exceptWindows(judge: Judge): Judge {
    return pod => {
        const refusal = judge(pod);
        return refusal && pod.spec.at("os", "name").value("windows") === "windows" ? undefined : refusal;
    };
}

/** Spares pods in a user namespace of their own (`hostUsers: false`), whose root is nobody on the node. */
export function exceptUserNamespaces(judge: Judge): Judge {
    return pod => {
        const refusal = judge(pod);
        return refusal && pod.spec.at("hostUsers").value(false) === false ? undefined : refusal;
    };
}
