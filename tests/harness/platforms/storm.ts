import type { EnvironmentName } from "../../../components/kit/environment";
import { environmentNames } from "../../../components/kit/environment";
import { PlatformAlone } from "../platformAlone";
import type { RenderedContainer } from "../pods";
import { variablesOf } from "../pods";

export const stacks = environmentNames;

/** The four services that always run. */
export const services = ["gateway-service", "user-service", "message-service", "media-service"] as const;

/** Storm alone, and what it registers. */
export const { program: storm, object, pods, container } = new PlatformAlone("storm");

/** Variables of a container with those that it refers to written out, as the kubelet does. */
export function expanded(rendered: RenderedContainer): Record<string, string> {
    const all = variablesOf(rendered);
    return Object.fromEntries(Object.entries(all).map(([name, value]) =>
        [name, value.replace(/\$\(([A-Z_]+)\)/g, (whole, other: string) => all[other] === undefined ? whole : `<${all[other]}>`)]));
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
