import type { EnvironmentName } from "../../../components/kit/environment";
import { environmentNames } from "../../../components/kit/environment";
import { PlatformAlone } from "../platformAlone";
import type { StackValues } from "../program";

export const stacks = environmentNames;

/** The document's table of ports, written down once more: a test that read the program's own could not fail. */
export const ports: Readonly<Record<string, number>> = {
    "api-gateway": 3000, "auth-service": 3001, "contrat-service": 3002, "facture-service": 3003, "intervention-service": 3004,
    "mailer-service": 3005, "operation-service": 3006, "workflow-service": 3007, "frontend": 8080,
};

export const names = Object.keys(ports);
export const backend = names.filter(name => name !== "frontend");
export const workers = backend.filter(name => name !== "api-gateway");

/** AquaERP alone, and what it registers. */
export const { program: aquaerp, find, object, pods, container } = new PlatformAlone("aquaerp");

/** Names of all objects of a kind in one namespace. */
export async function objectNames(stack: EnvironmentName, kind: string, settings: StackValues = {}, namespace = "aquaerp"): Promise<string[]> {
    const { recording } = await aquaerp(stack, settings);
    return recording.ofKind(kind).map(({ inputs }) => inputs.metadata)
        .filter(metadata => metadata.namespace === namespace).map(({ name }) => name).sort();
}

/** The volume claims of a stack with their sizes. */
export async function claims(stack: EnvironmentName): Promise<Record<string, string>> {
    const { graph } = await aquaerp(stack);
    const own = graph.workloads.filter(({ namespace }) => namespace === "aquaerp");
    return Object.assign({}, ...own.map(({ storage }) => storage)) as Record<string, string>;
}
