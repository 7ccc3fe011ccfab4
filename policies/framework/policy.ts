import type {
    EnforcementLevel, Policies, ReportViolation, ResourceValidationArgs, ResourceValidationPolicy, StackValidationArgs, StackValidationPolicy,
} from "@pulumi/policy";
import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import type { Exemption } from "./exemption";
import { exemptionFor, exemptionsSchema } from "./exemption";
import type { EngineResource, KubernetesObject } from "./kubernetesObject";
import { describe, kubernetesObjects } from "./kubernetesObject";
import { unknownMessage, violationMessage } from "./message";
import { Pod } from "./pod";
import { carriedPod } from "./podCarrier";
import type { Program } from "./program";
import { fillIn } from "./remediation";
import type { ObjectRule, PodRule, ProgramRule, Rule, RuleDescription, Settings, Violation } from "./rule";
import { Subject } from "./subject";

/** A policy of the pack; the SDK runs both validations of one that has both. */
export type PackPolicy = ResourceValidationPolicy & Partial<Pick<StackValidationPolicy, "validateStack">>;

/** The SDK also takes a whole report in place of a message; only so can one violation be weaker than its policy. */
interface Report {
    readonly message: string;
    readonly urn: string;
    readonly enforcementLevel?: EnforcementLevel;
}

function send(report: ReportViolation, content: Report): void {
    (report as unknown as (content: Report) => void)(content);
}

/** The schema of a rule's settings, with the `exempt` that every rule about objects has. */
export function settingsSchema(rule: RuleDescription | Rule): Record<string, PolicyConfigJSONSchema> {
    return { ...rule.settings, ...("about" in rule && { exempt: exemptionsSchema }) };
}

/**
 * A rule's settings: those given, over the defaults of its schema.
 * @throws Error on a setting that the rule does not have; the engine checks only those that it has
 */
export function settingsOf(rule: RuleDescription | Rule, given: Settings): Settings {
    const schema = settingsSchema(rule);
    const unknown = Object.keys(given).filter(key => !Object.hasOwn(schema, key));
    if (unknown.length > 0) {
        throw new Error(`policy ${rule.id} has no setting ${unknown.map(key => `"${key}"`).join(", ")}; `
            + `it has ${Object.keys(schema).join(", ")}. Correct the file given with --policy-pack-config`);
    }
    const defaults = Object.entries(schema).flatMap(([key, { default: value }]) => value === undefined ? [] : [[key, value] as const]);
    return { ...Object.fromEntries(defaults), ...given };
}

/** What the engine shows and configures of a policy. */
export function policyDescription(rule: RuleDescription | Rule): Omit<ResourceValidationPolicy, "validateResource"> {
    return {
        name: rule.id,
        description: rule.description,
        enforcementLevel: rule.enforcement,
        severity: rule.severity,
        framework: rule.framework,
        remediationSteps: rule.fix,
        url: rule.link,
        configSchema: { properties: settingsSchema(rule) },
    };
}

/** Reports as a warning, also from a policy that is mandatory. */
export function warn(report: ReportViolation, message: string, urn: string): void {
    send(report, { message, urn, enforcementLevel: "advisory" });
}

/** Turns rules into policies that share what is known of one program. */
export class PolicyBuilder {
    constructor(private readonly program: Program) {}

    /** The policies, in the order of the rules. */
    build(rules: readonly Rule[]): Policies {
        return rules.map(rule => this.policy(rule));
    }

    /** The policy that enforces a rule. */
    policy(rule: Rule): PackPolicy {
        const common = policyDescription(rule);
        switch (rule.about) {
            case "pods": return { ...common, ...this.#podPolicy(rule) };
            case "objects": return { ...common, ...this.#objectPolicy(rule) };
            case "program": return { ...common, ...this.#programPolicy(rule) } as PackPolicy;
        }
    }

    #podPolicy(rule: PodRule): Partial<PackPolicy> {
        const { fill, judgePodLater } = rule;
        return {
            validateResource: (args, report) => {
                const settings = settingsOf(rule, args.getConfig());
                const pods = this.program.podsOf(args as EngineResource);
                if (pods.length === 0) {
                    args.notApplicable("Policy only applies to resources that carry pods");
                }
                for (const carrier of pods) {
                    const pod = new Pod(carrier);
                    this.#report(rule, settings, report, rule.judgePod(pod, carrier, settings, this.program));
                    this.#reportUnknown(rule, report, carrier.object, pod.reads.unknown);
                }
            },
            ...(fill && {
                remediateResource: (args: ResourceValidationArgs) => {
                    const settings = settingsOf(rule, args.getConfig());
                    const fillings = kubernetesObjects(args as EngineResource).flatMap(object => {
                        const carrier = carriedPod(object);
                        const exempt = exemptionFor(object, settings["exempt"] as Exemption[]);
                        return carrier && !exempt && !object.patch ? fill(new Pod(carrier), carrier, settings, this.program) : [];
                    });
                    return fillings.length > 0 ? fillIn(args.props, fillings) : undefined;
                },
            }),
            validateStack: (args, report) => {
                const settings = settingsOf(rule, args.getConfig());
                for (const resource of judgePodLater ? args.resources : []) {
                    for (const carrier of this.program.podsOf(resource as EngineResource)) {
                        this.#report(rule, settings, report, judgePodLater!(new Pod(carrier), carrier, settings, this.program));
                    }
                }
                this.#reportUnusedExemptions(rule, settings, report);
            },
        };
    }

    #objectPolicy(rule: ObjectRule): Partial<PackPolicy> {
        return {
            validateResource: (args, report) => {
                const settings = settingsOf(rule, args.getConfig());
                const objects = this.program.objectsOf(args as EngineResource).filter(({ kind }) => rule.kinds.includes(kind));
                if (objects.length === 0) {
                    args.notApplicable(`Policy only applies to ${rule.kinds.join(", ")}`);
                }
                for (const object of objects) {
                    const subject = new Subject(object);
                    this.#report(rule, settings, report, rule.judgeObject(subject, settings, this.program));
                    this.#reportUnknown(rule, report, object, subject.reads.unknown);
                }
            },
            validateStack: (args, report) => this.#reportUnusedExemptions(rule, settingsOf(rule, args.getConfig()), report),
        };
    }

    #programPolicy(rule: ProgramRule): Partial<StackValidationPolicy> {
        return {
            validateStack: (args: StackValidationArgs, report) => {
                const settings = settingsOf(rule, args.getConfig());
                const subjects = args.resources
                    .flatMap(resource => this.program.objectsOf(resource as EngineResource))
                    .map(object => new Subject(object));
                this.#report(rule, settings, report, rule.judgeProgram(subjects, settings, this.program));
                for (const { object, reads } of subjects) {
                    this.#reportUnknown(rule, report, object, reads.unknown);
                }
                this.#reportUnusedExemptions(rule, settings, report);
            },
        };
    }

    #report(rule: Rule, settings: Settings, report: ReportViolation, violations: readonly Violation[]): void {
        const exemptions = settings["exempt"] as Exemption[];
        for (const violation of violations) {
            const exemption = exemptionFor(violation.object, exemptions);
            if (exemption) {
                this.program.useExemption(rule.id, exemptions.indexOf(exemption));
            } else {
                send(report, {
                    message: violationMessage(rule, violation),
                    urn: violation.object.urn,
                    ...(violation.advisory && { enforcementLevel: "advisory" }),
                });
            }
        }
    }

    #reportUnknown(rule: Rule, report: ReportViolation, object: KubernetesObject, paths: readonly string[]): void {
        if (paths.length > 0) {
            warn(report, unknownMessage(`${describe(object)}: ${rule.id}`, paths), object.urn);
        }
    }

    #reportUnusedExemptions(rule: Rule, settings: Settings, report: ReportViolation): void {
        for (const [index, exemption] of (settings["exempt"] as Exemption[]).entries()) {
            if (!this.program.isExemptionUsed(rule.id, index)) {
                warn(report, `exemption ${index + 1} of policy ${rule.id} is of no use: ${JSON.stringify(exemption)}\n  fix       `
                    + "Remove it from the file given with --policy-pack-config.", "");
            }
        }
    }
}
