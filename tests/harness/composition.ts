import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import * as resource from "@pulumi/pulumi/runtime/resource";
import * as catalogue from "../../components/platforms";
import { deployAll } from "../../components/platforms/deployAll";
import type { StackValues } from "./program";
import { configSource } from "./program";

/** A resource as the program hands it to the SDK. */
export interface Composed {
    readonly type: string;
    /** Logical name. */
    readonly name: string;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs of any kind of resource
    readonly inputs: any;
}

interface Registering {
    registerResource(resource: Record<string, unknown>, parent: unknown, type: string, name: string, custom: boolean, remote: boolean,
        dependency: unknown, inputs: Record<string, unknown>): void;
    registerResourceOutputs(): void;
}

/**
 * Composes the whole program without an engine and stops there: a thousand times faster than to record what arrives at one.
 * Whatever a resource gives is a text that is never looked at.
 * @throws what the program throws
 */
export async function compose(stack: string, values: StackValues): Promise<readonly Composed[]> {
    await pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: ({ inputs }) => inputs }, "platforms", stack, false);
    const sdk = resource as unknown as Registering;
    const original = { ...sdk };
    const composed: Composed[] = [];
    // Where in the sources a resource is made takes most of the time to find out.
    const places = pulumi.Resource as unknown as { stackTrace: () => unknown[] };
    const { stackTrace } = places;
    places.stackTrace = () => [];
    const log = pulumi.log as { warn: unknown };
    const { warn } = log;
    log.warn = () => Promise.resolve();
    const given = pulumi.output("given");
    sdk.registerResource = (of, _parent, type, name, _custom, _remote, _dependency, inputs) => {
        composed.push({ type, name, inputs });
        of["urn"] = given;
        of["id"] = given;
        for (const key of Object.keys(inputs)) {
            of[key] ??= given;
        }
    };
    sdk.registerResourceOutputs = () => undefined;
    try {
        deployAll({ source: configSource({ environment: stack, ...values }), catalogue, alertingSecrets: () => undefined });
    } finally {
        // Components say in a later turn that they are complete.
        await setImmediate();
        Object.assign(sdk, original);
        places.stackTrace = stackTrace;
        log.warn = warn;
    }
    return composed;
}
