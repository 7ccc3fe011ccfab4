import type { EnvironmentName } from "../../../components/config/environments";
import type { Inputs, Registration } from "../../harness/mocks";
import type { RecordedProgram, StackValues } from "../../harness/program";
import { recordProgram } from "../../harness/program";

const recorded = new Map<string, Promise<RecordedProgram>>();

/** The shop alone, with its Alertmanager, traces and logs; every test reads the same run. */
export function shop(stack: EnvironmentName, settings: StackValues = {}): Promise<RecordedProgram> {
    const key = JSON.stringify([stack, settings]);
    const known = recorded.get(key) ?? recordProgram(stack, { enabled: ["ecommerce"], ecommerce: settings });
    recorded.set(key, known);
    return known;
}

/** Inputs of the one object of a kind and name. */
export async function objectOf(stack: EnvironmentName, kind: string, name: string, settings: StackValues = {}): Promise<Inputs> {
    return (await shop(stack, settings)).recording.object(kind, name).inputs;
}

/** All objects of a kind in one namespace, by name. */
export async function objectsIn(stack: EnvironmentName, kind: string, namespace: string): Promise<Map<string, Registration>> {
    const { recording } = await shop(stack);
    return new Map(recording.ofKind(kind).filter(({ inputs }) => inputs.metadata.namespace === namespace)
        .map(registration => [registration.inputs.metadata.name as string, registration]));
}

/** Ports that one workload may call, by whom they belong to. */
export function reachedFrom({ graph }: RecordedProgram, from: string): Record<string, number[]> {
    const edges = graph.edges.filter(edge => edge.from.name === from);
    return Object.fromEntries(edges.map(({ to, ports }) => [to.name, ports.map(({ number }) => number)]));
}
