import assert from "node:assert/strict";
import type { EnvironmentName } from "../../../../components/config/environments";
import { environmentNames } from "../../../../components/config/environments";
import type { Inputs, Registration } from "../../../harness/mocks";
import type { RenderedContainer, RenderedPods } from "../../../harness/pods";
import { podsOf } from "../../../harness/pods";
import type { RecordedProgram, StackValues } from "../../../harness/program";
import { recordAlone } from "../../../harness/program";

export const stacks = environmentNames;

/** The document's table of ports, written down once more: a test that read the program's own could not fail. */
export const ports: Readonly<Record<string, number>> = {
    "api-gateway": 3000, "auth-service": 3001, "contrat-service": 3002, "facture-service": 3003, "intervention-service": 3004,
    "mailer-service": 3005, "operation-service": 3006, "workflow-service": 3007, "frontend": 8080,
};

export const names = Object.keys(ports);
export const backend = names.filter(name => name !== "frontend");
export const workers = backend.filter(name => name !== "api-gateway");

const recorded = new Map<string, Promise<RecordedProgram>>();

/** AquaERP alone in one stack with some settings; every test reads the same run. */
export function aquaerp(stack: EnvironmentName, settings: StackValues = {}, more: StackValues = {}): Promise<RecordedProgram> {
    const key = JSON.stringify([stack, settings, more]);
    const known = recorded.get(key) ?? recordAlone(stack, "aquaerp", settings, more);
    recorded.set(key, known);
    return known;
}

/** The object of a kind, a namespace and a name; fails when there is none or more than one. */
export function find({ recording }: RecordedProgram, kind: string, name: string, namespace = "aquaerp"): Registration {
    const found = recording.ofKind(kind)
        .filter(({ inputs: { metadata } }) => metadata.name === name && (metadata.namespace ?? namespace) === namespace);
    assert.equal(found.length, 1, `${found.length} objects ${kind} ${namespace}/${name}`);
    return found[0] as Registration;
}

/** Inputs of one object. */
export async function object(
    stack: EnvironmentName, kind: string, name: string, settings: StackValues = {}, namespace = "aquaerp",
): Promise<Inputs> {
    return find(await aquaerp(stack, settings), kind, name, namespace).inputs;
}

/** Names of all objects of a kind in one namespace. */
export async function objectNames(stack: EnvironmentName, kind: string, settings: StackValues = {}, namespace = "aquaerp"): Promise<string[]> {
    const { recording } = await aquaerp(stack, settings);
    return recording.ofKind(kind).map(({ inputs }) => inputs.metadata)
        .filter(metadata => metadata.namespace === namespace).map(({ name }) => name).sort();
}

/** Pods of one workload. */
export async function pods(stack: EnvironmentName, workload: string, settings: StackValues = {}): Promise<RenderedPods> {
    const found = podsOf((await aquaerp(stack, settings)).recording).find(({ name }) => name === workload);
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

/** The volume claims of a stack with their sizes. */
export async function claims(stack: EnvironmentName): Promise<Record<string, string>> {
    const { graph } = await aquaerp(stack);
    const own = graph.workloads.filter(({ namespace }) => namespace === "aquaerp");
    return Object.assign({}, ...own.map(({ storage }) => storage)) as Record<string, string>;
}
