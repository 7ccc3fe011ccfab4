import assert from "node:assert/strict";
import type { EnvironmentName } from "../../../../components/config/environments";
import { environmentNames } from "../../../../components/config/environments";
import type { Inputs, Registration } from "../../../harness/mocks";
import type { RenderedContainer, RenderedPods } from "../../../harness/pods";
import { podsOf } from "../../../harness/pods";
import type { RecordedProgram, StackValues } from "../../../harness/program";
import { recordAlone } from "../../../harness/program";

export const stacks = environmentNames;

const recorded = new Map<string, Promise<RecordedProgram>>();

/** GAUZIAN alone in one stack with some settings; every test reads the same run. */
export function gauzian(stack: EnvironmentName, settings: StackValues = {}, more: StackValues = {}): Promise<RecordedProgram> {
    const key = JSON.stringify([stack, settings, more]);
    const known = recorded.get(key) ?? recordAlone(stack, "gauzian", settings, more);
    recorded.set(key, known);
    return known;
}

/** The object of a kind, a namespace and a name; fails when there is none or more than one. */
export function find({ recording }: RecordedProgram, kind: string, name: string, namespace = "gauzian-v2"): Registration {
    const found = recording.ofKind(kind).filter(({ inputs: { metadata } }) =>
        metadata.name === name && (metadata.namespace ?? namespace) === namespace);
    assert.equal(found.length, 1, `${found.length} objects ${kind} ${namespace}/${name}`);
    return found[0] as Registration;
}

/** Inputs of one object. */
export async function object(
    stack: EnvironmentName, kind: string, name: string, settings: StackValues = {}, namespace = "gauzian-v2",
): Promise<Inputs> {
    return find(await gauzian(stack, settings), kind, name, namespace).inputs;
}

/** Pods of one workload. */
export async function pods(stack: EnvironmentName, workload: string, settings: StackValues = {}): Promise<RenderedPods> {
    const found = podsOf((await gauzian(stack, settings)).recording).find(({ name }) => name === workload);
    assert.ok(found, `${stack} has no workload ${workload}`);
    return found;
}

/** One container, by the names of its workload and its own. @default the workload's name */
export async function container(
    stack: EnvironmentName, workload: string, settings: StackValues = {}, name = workload,
): Promise<RenderedContainer> {
    const found = (await pods(stack, workload, settings)).template.spec.containers.find(item => item.name === name);
    assert.ok(found, `${stack} has no container ${workload}/${name}`);
    return found;
}

/** Variables of a container: their value, or `secret/key` of what they refer to. */
export function variables({ env = [] }: RenderedContainer): Record<string, string> {
    return Object.fromEntries(env.map(({ name, value, valueFrom }) =>
        [name, valueFrom ? `${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}` : value]));
}

/** CPU and memory in the short form `cpu/memory`. */
export function amounts({ resources: { requests, limits } }: RenderedContainer): [requests: string, limits: string] {
    const pair = (side: Record<string, string>): string => `${side["cpu"]}/${side["memory"]}`;
    return [pair(requests), pair(limits)];
}

/** Content of a volume claim: size, class and access. */
export async function claim(stack: EnvironmentName, name: string, settings: StackValues = {}, namespace = "gauzian-v2"): Promise<Inputs> {
    return (await object(stack, "PersistentVolumeClaim", name, settings, namespace)).spec;
}
