import assert from "node:assert/strict";
import type { EnvironmentName } from "../../../../components/config/environments";
import { environmentNames } from "../../../../components/config/environments";
import type { Inputs } from "../../../harness/mocks";
import type { RenderedContainer, RenderedPods } from "../../../harness/pods";
import { podsOf } from "../../../harness/pods";
import type { RecordedProgram, StackValues } from "../../../harness/program";
import { recordAlone } from "../../../harness/program";

export const stacks = environmentNames;

/** The four services that always run. */
export const services = ["gateway-service", "user-service", "message-service", "media-service"] as const;

const recorded = new Map<string, Promise<RecordedProgram>>();

/** Storm alone in one stack with some settings; every test reads the same run. */
export function storm(stack: EnvironmentName, settings: StackValues = {}, more: StackValues = {}): Promise<RecordedProgram> {
    const key = JSON.stringify([stack, settings, more]);
    const known = recorded.get(key) ?? recordAlone(stack, "storm", settings, more);
    recorded.set(key, known);
    return known;
}

/** Inputs of one object. */
export async function object(stack: EnvironmentName, kind: string, name: string, settings: StackValues = {}): Promise<Inputs> {
    return (await storm(stack, settings)).recording.object(kind, name).inputs;
}

/** Pods of one workload. */
export async function pods(stack: EnvironmentName, workload: string, settings: StackValues = {}): Promise<RenderedPods> {
    const found = podsOf((await storm(stack, settings)).recording).find(({ name }) => name === workload);
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

/** Variables of a container with those that it refers to written out, as the kubelet does. */
export function expanded(rendered: RenderedContainer): Record<string, string> {
    const all = variables(rendered);
    return Object.fromEntries(Object.entries(all).map(([name, value]) =>
        [name, value.replace(/\$\(([A-Z_]+)\)/g, (whole, other: string) => all[other] === undefined ? whole : `<${all[other]}>`)]));
}

/** CPU and memory in the short form `cpu/memory`. */
export function amounts({ resources: { requests, limits } }: RenderedContainer): [requests: string, limits: string] {
    const pair = (side: Record<string, string>): string => `${side["cpu"]}/${side["memory"]}`;
    return [pair(requests), pair(limits)];
}

/** Value of each stack, from dev to prod. */
export async function perStack<Value>(read: (stack: EnvironmentName) => Promise<Value>): Promise<Value[]> {
    const found: Value[] = [];
    // One after another: two recordings at once would see each other's resources.
    for (const stack of stacks) {
        found.push(await read(stack));
    }
    return found;
}
