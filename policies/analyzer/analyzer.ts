import type { EnforcementLevel } from "@pulumi/policy";
import { known } from "../framework/field";
import type { Properties } from "../framework/field";
import type { EngineResource } from "../framework/kubernetesObject";
import type { Policy, Reporter } from "../framework/policy";
import { fillIn } from "../framework/remediation";
import type { RuleDescription, Settings } from "../framework/rule";

/** What `--policy-pack-config` says of one policy. */
export interface PolicyConfiguration {
    /** @default the rule's own */
    readonly level?: EnforcementLevel | undefined;
    readonly settings: Settings;
}

/** Something that is wrong with a resource. */
export interface Diagnostic {
    readonly rule: RuleDescription;
    readonly level: EnforcementLevel;
    readonly message: string;
    readonly urn: string;
}

/** A resource as a policy changed it. */
export interface Remediation {
    readonly rule: RuleDescription;
    /** In their transport form. */
    readonly properties: Record<string, unknown>;
}

/** Asks every policy that is not disabled, in their order, what the engine wants to know. */
export class Analyzer {
    #enforced: readonly (readonly [policy: Policy, level: EnforcementLevel])[] = [];

    constructor(private readonly policies: readonly Policy[]) {
        this.configure({});
    }

    /**
     * Takes the configuration of the policies by their names; the engine has compared it with their schemas.
     * @throws Error on a setting that a policy does not have
     */
    configure(configuration: Readonly<Record<string, PolicyConfiguration>>): void {
        const levels = this.policies.map(policy => [policy, configuration[policy.rule.id]?.level ?? policy.rule.enforcement] as const);
        this.#enforced = levels.filter(([, level]) => level !== "disabled");
        for (const [policy] of this.#enforced) {
            policy.configure(configuration[policy.rule.id]?.settings ?? {});
        }
    }

    /** Judges a resource before it is created. */
    analyze(resource: EngineResource): Diagnostic[] {
        return this.#ask(resource.urn, (policy, report) => policy.judgeResource?.(resource, report));
    }

    /** Judges all resources together. */
    analyzeStack(resources: readonly EngineResource[]): Diagnostic[] {
        return this.#ask("the program", (policy, report) => policy.judgeStack?.(resources, report));
    }

    /** Changes a resource for each policy that is set to `remediate`; each sees what those before it have changed. */
    remediate({ type, urn, provider }: Omit<EngineResource, "props">, sent: () => Record<string, unknown>): Remediation[] {
        const remediating = this.#enforced.filter(([{ fill }, level]) => fill && level === "remediate");
        const properties = remediating.length > 0 ? sent() : {};
        return remediating.flatMap(([policy]) => {
            const fillings = policy.fill!({ type, urn, provider, props: known(properties) as Properties });
            return fillings.length > 0 ? [{ rule: policy.rule, properties: structuredClone(fillIn(properties, fillings)) }] : [];
        });
    }

    #ask(about: string, judge: (policy: Policy, report: Reporter) => void): Diagnostic[] {
        const diagnostics: Diagnostic[] = [];
        for (const [policy, level] of this.#enforced) {
            try {
                judge(policy, ({ message, urn, advisory }) => diagnostics.push({
                    // What was to be remediated and still is wrong is wrong all the same.
                    rule: policy.rule, level: advisory ? "advisory" : level === "remediate" ? "mandatory" : level, message, urn,
                }));
            } catch (error) {
                throw new Error(`policy ${policy.rule.id} failed on ${about}`, { cause: error });
            }
        }
        return diagnostics;
    }
}
