import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";

/** Inputs of a resource as the engine would get them, secrets unwrapped. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs have the shape of whatever was registered
export type Inputs = any;

/** One resource that the program registered. */
export interface Registration {
    readonly type: string;
    /** Logical name. */
    readonly name: string;
    readonly inputs: Inputs;
    /** URN of the parent. */
    readonly parent: string;
    /** URNs of what it waits for. */
    readonly dependencies: readonly string[];
    readonly protect: boolean;
    /** False for components. */
    readonly custom: boolean;
}

/** Everything one run registered. */
export class Recording {
    constructor(readonly registrations: readonly Registration[]) {}

    /** Registrations of one type, such as `kubernetes:apps/v1:Deployment`. */
    ofType(type: string): readonly Registration[] {
        return this.registrations.filter(registration => registration.type === type);
    }

    /** Registrations that are Kubernetes objects. */
    get objects(): readonly Registration[] {
        return this.registrations.filter(({ type }) => type.startsWith("kubernetes:"));
    }

    /** The one object of a kind and `metadata.name`; fails when there is none or more than one. */
    object(kind: string, metadataName: string): Registration {
        const found = this.objects.filter(({ type, inputs }) => type.endsWith(`:${kind}`) && inputs.metadata?.name === metadataName);
        assert.equal(found.length, 1, `${found.length} objects ${kind} ${metadataName}; there are: ${this.objects
            .filter(({ type }) => type.endsWith(`:${kind}`)).map(({ inputs }) => inputs.metadata?.name).join(", ") || "none of this kind"}`);
        return found[0] as Registration;
    }

    /** Whether there is an object of a kind and `metadata.name`. */
    has(kind: string, metadataName: string): boolean {
        return this.objects.some(({ type, inputs }) => type.endsWith(`:${kind}`) && inputs.metadata?.name === metadataName);
    }
}

/** Options of {@link record}. */
export interface RecordOptions {
    /** Runs as a preview: what is born at run time stays unknown. @default false */
    readonly preview?: boolean;
    /** @default "dev" */
    readonly stack?: string;
}

interface RegisterRequest {
    getParent(): string;
    getDependenciesList(): string[];
    getProtect(): boolean;
}

/** Every generated password in a recording is this canary followed by the logical name. */
export const canary = "CANARY-";

const generatedOutputs: Readonly<Record<string, (name: string) => Record<string, string>>> = {
    "random:index/randomPassword:RandomPassword": name => ({ result: `${canary}${name}` }),
    "random:index/randomBytes:RandomBytes": name => ({ hex: `${canary}${name}` }),
};

const pulumiUnwrap = (value: unknown): unknown => {
    if (Array.isArray(value)) {
        return value.map(pulumiUnwrap);
    }
    if (typeof value === "object" && value !== null) {
        const secret = value as { [key: string]: unknown };
        if (secret["4dabf18193072939515e22adb298388d"] !== undefined) {
            return pulumiUnwrap(secret["value"]);
        }
        return Object.fromEntries(Object.entries(secret).map(([key, child]) => [key, pulumiUnwrap(child)]));
    }
    return value;
};

/** Runs a piece of the program against a recorder in place of the engine, until every registration has arrived. */
export async function record(build: () => void | Promise<void>, { preview = false, stack = "dev" }: RecordOptions = {}): Promise<Recording> {
    const registrations: Registration[] = [];
    const requests: RegisterRequest[] = [];
    const original = MockMonitor.prototype.registerResource;
    MockMonitor.prototype.registerResource = function (this: MockMonitor, request: RegisterRequest, callback) {
        requests.push(request);
        // The monitor calls newResource before it first awaits, so the last request is the one being recorded.
        return original.call(this, request, callback);
    };
    try {
        await pulumi.runtime.setMocks({
            newResource: ({ type, name, inputs, custom }) => {
                const request = requests.at(-1) as RegisterRequest;
                registrations.push({
                    type, name, custom: custom ?? false, inputs: pulumiUnwrap(inputs),
                    parent: request.getParent(), dependencies: request.getDependenciesList(), protect: request.getProtect(),
                });
                const generated = preview ? {} : generatedOutputs[type]?.(name);
                const state = { ...inputs, ...generated };
                return { id: preview && custom ? undefined : `${name}-id`, state };
            },
            call: ({ inputs }) => inputs,
        }, "platforms", stack, preview);
        await build();
        await pulumi.runtime.disconnect();
    } finally {
        MockMonitor.prototype.registerResource = original;
    }
    return new Recording(registrations);
}
