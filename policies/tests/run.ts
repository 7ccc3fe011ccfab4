import type { EnforcementLevel } from "@pulumi/policy";
import { Analyzer } from "../analyzer/analyzer";
import { known } from "../framework/field";
import type { Properties } from "../framework/field";
import type { EngineResource } from "../framework/kubernetesObject";
import { policies } from "../pack";

/** What stands in a resource's inputs, during preview, for a value that is not known yet. */
export const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The same for an object. */
export const unknownObject = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff";

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

/** A configuration as the engine hands it on: levels apart from settings. */
function configured(config: Config): Parameters<Analyzer["configure"]>[0] {
    return Object.fromEntries(Object.entries(config).map(([policy, { enforcementLevel, ...settings }]) =>
        [policy, { level: enforcementLevel as EnforcementLevel | undefined, settings }]));
}

/** Runs the whole pack the way the engine does: each resource in turn, then all of them together. */
export function judge(resources: readonly EngineResource[], config: Config): Reported[] {
    const analyzer = new Analyzer(policies());
    analyzer.configure(configured(config));
    return [...resources.flatMap(resource => analyzer.analyze(resource)), ...analyzer.analyzeStack(resources)]
        .map(({ rule, level, message, urn }) => ({ policy: rule.id, level, message, urn }));
}

/** What the whole pack says about resources as a program declares them. */
export function runPack(resources: readonly Declared[], config: Config = {}): Reported[] {
    const seen = resources.map(({ type, props, name, provider }, index): EngineResource => ({
        type, provider,
        urn: `urn:pulumi:test::program::${type}::${name ?? `resource-${index}`}`,
        props: known(props) as Properties,
    }));
    if (new Set(seen.map(({ urn }) => urn)).size < seen.length) {
        throw new Error("two resources of a program need different names");
    }
    return judge(seen, config);
}
