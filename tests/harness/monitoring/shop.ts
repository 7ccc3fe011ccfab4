import type { EnvironmentName } from "../../../components/kit/environment";
import type { Inputs } from "../mocks";
import type { RecordedProgram, StackValues } from "../program";
import { shop } from "../platforms/ecommerce";

/** Inputs of the one object of a kind and name. */
export async function objectOf(stack: EnvironmentName, kind: string, name: string, settings: StackValues = {}): Promise<Inputs> {
    return (await shop(stack, settings)).recording.object(kind, name).inputs;
}

/** Ports that one workload may call, by whom they belong to. */
export function reachedFrom({ graph }: RecordedProgram, from: string): Record<string, number[]> {
    const edges = graph.edges.filter(edge => edge.from.name === from);
    return Object.fromEntries(edges.map(({ to, ports }) => [to.name, ports.map(({ number }) => number)]));
}
