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
    /** The same with `secretMark` in place of whatever is marked as secret, and `unknownMark` for what a preview does not know. */
    readonly shown: Inputs;
    readonly urn: string;
    /** URN of the parent. */
    readonly parent: string;
    /** URNs of what it waits for. */
    readonly dependencies: readonly string[];
    readonly protect: boolean;
    /** Whether the object stays on the cluster when the program no longer declares it. */
    readonly retainOnDelete: boolean;
    readonly deleteBeforeReplace: boolean;
    /** Inputs that replace it when they change. */
    readonly replaceOnChanges: readonly string[];
    /** Inputs that stay what they are on the cluster. */
    readonly ignoreChanges: readonly string[];
    /** False for components. */
    readonly custom: boolean;
    /** Logical name of the provider; empty for components and for a default provider. */
    readonly provider: string;
    /** What a component says of itself when it is complete, with `secretMark` in place of whatever is marked as secret. */
    outputs: Inputs;
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

    /** Objects of a kind, whatever their API group. */
    ofKind(kind: string): readonly Registration[] {
        return this.objects.filter(({ type }) => type.endsWith(`:${kind}`));
    }

    /** URNs of everything that must be there before a resource, directly or not; a component stands for its children. */
    before({ urn }: Registration): ReadonlySet<string> {
        const seen = new Set<string>();
        const visit = (current: string): void => {
            const found = this.registrations.find(registration => registration.urn === current);
            for (const dependency of found?.dependencies ?? []) {
                if (!seen.has(dependency)) {
                    seen.add(dependency);
                    visit(dependency);
                }
            }
        };
        visit(urn);
        return seen;
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
    /** Receives the registrations, also those of a program that fails. */
    readonly into?: Registration[];
}

interface RegisterRequest {
    getParent(): string;
    getDependenciesList(): string[];
    getProtect(): boolean;
    getRetainondelete(): boolean;
    getDeletebeforereplace(): boolean;
    getReplaceonchangesList(): string[];
    getIgnorechangesList(): string[];
    getProvider(): string;
    getObject(): { toJavaScript(): Inputs } | undefined;
}

interface OutputsRequest {
    getUrn(): string;
    getOutputs(): { toJavaScript(): Inputs } | undefined;
}

/** Stands in {@link Registration.shown} for a secret value. */
export const secretMark = "[secret]";

/** Stands in {@link Registration.shown} for a value that exists after the update only. */
export const unknownMark = "[unknown]";

/** Every generated password in a recording is this canary followed by the logical name and the generation. */
export const canary = "CANARY-";

// Secret, as the provider's SDK declares them to the engine.
const generatedOutputs: Readonly<Record<string, (name: string) => Record<string, pulumi.Output<string>>>> = {
    "random:index/randomPassword:RandomPassword": name => ({ result: pulumi.secret(`${canary}${name}`) }),
    "random:index/randomBytes:RandomBytes": name => ({ hex: pulumi.secret(`${canary}${name}`) }),
};

// How the engine's protocol marks special values, see sdk/nodejs/runtime/rpc.ts of Pulumi.
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value of the protocol in plain form, with `secret` applied to what is marked as such. */
function unwrap(value: unknown, secret: (content: unknown) => unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(item => unwrap(item, secret));
    }
    if (typeof value === "object" && value !== null) {
        const fields = value as Record<string, unknown>;
        if (fields[signature] === secretSignature) {
            return secret(unwrap(fields["value"], secret));
        }
        return Object.fromEntries(Object.entries(fields).map(([key, child]) => [key, unwrap(child, secret)]));
    }
    return value === unknownValue ? unknownMark : value;
}

/** The URN under which the mock monitor registers a resource: its type after its parent's. */
function urnOf(parent: string, type: string, name: string, stack: string): string {
    const parentType = parent.split("::")[2]?.split("$").pop();
    return ["urn:pulumi:" + stack, "platforms", parentType ? `${parentType}$${type}` : type, name].join("::");
}

let running: Promise<unknown> = Promise.resolve();

/**
 * Runs a piece of the program against a recorder in place of the engine, until every registration has arrived. Recordings
 * follow each other, as the SDK knows one engine at a time.
 */
export function record(build: () => void | Promise<void>, options: RecordOptions = {}): Promise<Recording> {
    const recording = running.then(() => recordNow(build, options));
    running = recording.catch(() => undefined);
    return recording;
}

async function recordNow(build: () => void | Promise<void>, options: RecordOptions): Promise<Recording> {
    const { preview = false, stack = "dev", into: registrations = [] } = options;
    const requests: RegisterRequest[] = [];
    const { registerResource: original, registerResourceOutputs: originalOutputs } = MockMonitor.prototype;
    // The SDK takes a stack trace for every promise; to find the sources of its frames would take most of the time.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    MockMonitor.prototype.registerResource = function (this: MockMonitor, request: RegisterRequest, callback) {
        requests.push(request);
        // The monitor calls newResource before it first awaits, so the last request is the one being recorded.
        return original.call(this, request, callback);
    };
    MockMonitor.prototype.registerResourceOutputs = function (this: MockMonitor, request: OutputsRequest, callback) {
        const registration = registrations.find(({ urn }) => urn === request.getUrn());
        if (registration) {
            registration.outputs = unwrap(request.getOutputs()?.toJavaScript() ?? {}, () => secretMark);
        }
        return originalOutputs.call(this, request, callback);
    };
    try {
        await pulumi.runtime.setMocks({
            newResource: ({ type, name, inputs, custom }) => {
                const request = requests.at(-1) as RegisterRequest;
                registrations.push({
                    type, name, custom: custom ?? false, inputs: unwrap(inputs, content => content),
                    shown: unwrap(request.getObject()?.toJavaScript() ?? {}, () => secretMark),
                    urn: urnOf(request.getParent(), type, name, stack),
                    parent: request.getParent(), dependencies: request.getDependenciesList(), protect: request.getProtect(),
                    retainOnDelete: request.getRetainondelete(),
                    deleteBeforeReplace: request.getDeletebeforereplace(), replaceOnChanges: request.getReplaceonchangesList(),
                    ignoreChanges: request.getIgnorechangesList(),
                    provider: request.getProvider().split("::")[3] ?? "", outputs: {},
                });
                const generated = preview ? {} : generatedOutputs[type]?.(`${name}-${inputs.keepers?.generation ?? 0}`);
                const state = { ...inputs, ...generated };
                return { id: preview && custom ? undefined : `${name}-id`, state };
            },
            call: ({ inputs }) => inputs,
        }, "platforms", stack, preview);
        await build();
    } finally {
        await pulumi.runtime.disconnect();
        Object.assign(MockMonitor.prototype, { registerResource: original, registerResourceOutputs: originalOutputs });
        Error.stackTraceLimit = stackTraceLimit;
    }
    return new Recording(registrations);
}
