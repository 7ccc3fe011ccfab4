import { UnknownValueError, unknownCheckingProxy } from "@pulumi/policy";
import type { Policies, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { policies } from "../pack";

// The sentinels are left out of the SDK's types.
const { unknownObjectValue, unknownStringValue } = require("@pulumi/policy/proxy") as Record<string, string>;

/** What stands in a resource's inputs, during preview, for a value that is not known yet. */
export const unknownString: string = unknownStringValue!;
/** The same for an object. */
export const unknownObject: string = unknownObjectValue!;

/** A resource as a program declares it. */
export interface Declared {
    readonly type: string;
    readonly props: Record<string, unknown>;
    readonly name?: string;
    readonly provider?: { readonly urn: string };
}

/** One line of a policy report. */
export interface Reported {
    readonly policy: string;
    readonly level: string;
    readonly message: string;
    readonly urn: string;
}

/** What `--policy-pack-config` would hold. */
export type Config = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Runs the whole pack the way the engine does: each resource in turn through every resource policy, its inputs behind the
 * SDK's proxy that throws on unknowns, then all of them through every stack policy.
 */
export async function runPack(resources: readonly Declared[], config: Config = {}): Promise<Reported[]> {
    const pack: Policies = policies();
    const reports: Reported[] = [];
    const seen = resources.map(({ type, props, name, provider }, index) => ({
        type,
        name: name ?? `resource-${index}`,
        urn: `urn:pulumi:test::program::${type}::${name ?? `resource-${index}`}`,
        props: unknownCheckingProxy(structuredClone(props)) as Record<string, unknown>,
        opts: {},
        provider,
        stackTags: new Map(),
    }));
    const reporter = (policy: { name: string; enforcementLevel?: string }, urn: string) =>
        (report: { message: string; enforcementLevel?: string; urn?: string }) => {
            reports.push({
                policy: policy.name, level: report.enforcementLevel ?? policy.enforcementLevel ?? "mandatory",
                message: report.message, urn: report.urn || urn,
            });
        };
    if (new Set(seen.map(({ urn }) => urn)).size < seen.length) {
        throw new Error("two resources of a program need different names");
    }
    const guard = async (run: () => unknown): Promise<void> => {
        try {
            await run();
        } catch (error) {
            if (error instanceof UnknownValueError) {
                throw new Error("a policy read an unknown value unguarded", { cause: error });
            }
            throw error;
        }
    };
    const enabled = pack.filter(({ name }) => config[name]?.["enforcementLevel"] !== "disabled");
    const settings = (name: string) => () =>
        Object.fromEntries(Object.entries(config[name] ?? {}).filter(([key]) => key !== "enforcementLevel"));
    for (const resource of seen) {
        for (const policy of enabled as ResourceValidationPolicy[]) {
            const validate = policy.validateResource as ((args: unknown, report: unknown) => unknown) | undefined;
            await guard(() => validate?.({ ...resource, getConfig: settings(policy.name) }, reporter(policy, resource.urn)));
        }
    }
    for (const policy of enabled as unknown as StackValidationPolicy[]) {
        const validate = policy.validateStack as ((args: unknown, report: unknown) => unknown) | undefined;
        await guard(() => validate?.({ ...seen[0], resources: seen, getConfig: settings(policy.name) }, reporter(policy, "stack")));
    }
    return reports;
}
