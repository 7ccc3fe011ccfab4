import * as pulumi from "@pulumi/pulumi";
import { registrations } from "../../allOrNothing";
import { isQuantity, parseQuantity } from "../kit/quantity";

/** Kinds of objects that hold data by themselves, as the engine calls them. */
const claimType = "kubernetes:core/v1:PersistentVolumeClaim";
const holders = new Set([
    claimType, "kubernetes:postgresql.cnpg.io/v1:Cluster", "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster",
]);

/** An object as it is declared, or as the state knows it, as far as one can tell where its data are. */
interface DataObject {
    readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown };
    readonly spec?: {
        readonly volumeClaimTemplates?: readonly DataObject[];
        readonly resources?: { readonly requests?: { readonly storage?: unknown } };
    };
}

/** Where an object keeps data, as `namespace/name`; the claims of a StatefulSet's pods end with a star. */
export function dataOf(type: string, { metadata, spec }: DataObject): string[] {
    const name = `${String(metadata?.namespace)}/`;
    if (holders.has(type)) {
        return [`${name}${String(metadata?.name)}`];
    }
    return type === "kubernetes:apps/v1:StatefulSet"
        ? (spec?.volumeClaimTemplates ?? []).map(template => `${name}${String(template.metadata?.name)}-${String(metadata?.name)}-*`) : [];
}

/** Type and outputs of the resources of a state, by URN. */
export type StateResources = Readonly<Record<string, { readonly type: string; readonly outputs?: DataObject }>>;

/**
 * What a state has and a program does not declare, without what may go: objects, or all of a namespace. The claim of a pod that a
 * StatefulSet no longer has stays on the cluster, and is no loss.
 */
export function lostData(state: StateResources, declared: ReadonlySet<string>, mayDelete: readonly string[]): string[] {
    const isKept = (data: string): boolean => declared.has(data) || declared.has(data.replace(/-\d+$/, "-*"));
    return Object.values(state).flatMap(({ type, outputs = {} }) => dataOf(type, outputs))
        .filter(data => !isKept(data) && !mayDelete.includes(data) && !mayDelete.includes(data.split("/")[0] ?? "")).sort();
}

/** Data that a change would delete, which nobody has agreed to. */
export class DataLossError extends pulumi.RunError {
    constructor(lost: readonly string[]) {
        super([
            "this change deletes data, nothing was changed. The stack would lose:",
            ...lost.map(data => `  ${data}`),
            "If that is not meant, bring back what the configuration declared before. If it is, name each, or its whole namespace, for this one update:",
            `  pulumi config set --path 'mayDelete[0]' ${lost[0]?.split("/")[0]}`,
        ].join("\n"));
    }
}

/** A claim that is larger than it is declared. */
export interface LargerClaim {
    /** Its name, as `namespace/name`. */
    readonly claim: string;
    readonly size: string;
    readonly declared: string;
}

/** Claims that a state has larger than a program declares them, by sizes of what is declared. */
export function largerClaims(state: StateResources, declared: ReadonlyMap<string, string>): LargerClaim[] {
    return Object.values(state).flatMap(({ type, outputs = {} }) => {
        const [claim, size] = [dataOf(type, outputs)[0] ?? "", claimedSize(type, outputs)];
        const wanted = declared.get(claim);
        return size !== undefined && wanted !== undefined && parseQuantity(size) > parseQuantity(wanted)
            ? [{ claim, size, declared: wanted }] : [];
    });
}

function claimedSize(type: string, { spec }: DataObject): string | undefined {
    const size = spec?.resources?.requests?.storage;
    return type === claimType && typeof size === "string" && isQuantity(size) ? size : undefined;
}

/** Volumes that would have to shrink, which none can. */
export class SmallerVolumeError extends pulumi.RunError {
    constructor(larger: readonly LargerClaim[]) {
        super([
            "volumes do not shrink, nothing was changed. The stack has:",
            ...larger.map(({ claim, size, declared }) => `  ${claim} of ${size}, which is declared with ${declared}`),
            "Set the size of each to what it has: a store's own limits follow the setting. For a smaller volume dump the store, delete its",
            "claim, and restore the dump (docs/troubleshooting.md); make up, or pulumi refresh, lets the state know that the claim is gone.",
        ].join("\n"));
    }
}

/** A program that waits for a permission. */
export interface Guarded<Result> {
    /** What composing it gave. */
    readonly result: Result;
    /** Breaks with a {@link DataLossError} or {@link SmallerVolumeError} in place of registering anything; the program ends after it. */
    readonly permitted: Promise<void>;
}

/**
 * Composes a program, and lets nothing of it reach the engine that would have the engine delete data: volumes of a platform that is left
 * out, of another namespace or form. Also a plain `pulumi up` asks here, and a preview says what an update would.
 * @param mayDelete what may go: objects as `namespace/name`, or namespaces
 */
export function withDataKept<Result>(mayDelete: readonly string[], compose: () => Result): Guarded<Result> {
    if (pulumi.runtime.getStackResource() === undefined) {
        // Without an engine there is no state, and nothing to lose.
        return { result: compose(), permitted: Promise.resolve() };
    }
    const declared = new Set<string>();
    const sizes = new Map<string, string>();
    pulumi.runtime.registerStackTransformation(({ type, props }) => {
        const size = claimedSize(type, props as DataObject);
        for (const data of dataOf(type, props as DataObject)) {
            declared.add(data);
            if (size !== undefined) {
                sizes.set(data, size);
            }
        }
        return undefined;
    });
    const result = compose();
    const permitted = readState().then(state => {
        const lost = lostData(state, declared, mayDelete);
        if (lost.length > 0) {
            throw new DataLossError(lost);
        }
        const larger = largerClaims(state, sizes);
        if (larger.length > 0) {
            throw new SmallerVolumeError(larger);
        }
    });
    holdUntil(permitted);
    return { result, permitted };
}

/** What the stack's state says of each resource. */
async function readState(): Promise<StateResources> {
    const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
    const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName }) as { outputs?: StateResources };
    return outputs ?? {};
}

type Call = (request: unknown, answer: unknown) => void;

/** Hands what the program composed to the engine when a promise holds, and never when it breaks. */
function holdUntil(permitted: Promise<void>): void {
    const { getMonitor } = pulumi.runtime as unknown as { getMonitor(): Record<string, Call> | undefined };
    const monitor = getMonitor();
    if (monitor === undefined) {
        return;
    }
    for (const name of registrations) {
        const call = monitor[name];
        monitor[name] = (request, answer) => {
            permitted.then(() => call?.call(monitor, request, answer), () => undefined);
        };
    }
}
