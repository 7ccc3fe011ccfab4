import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import type { Exemption } from "./exemption";
import { exemptionFor, exemptionsSchema } from "./exemption";
import type { EngineResource, KubernetesObject } from "./kubernetesObject";
import { describe, kubernetesObjects } from "./kubernetesObject";
import { unknownMessage, violationMessage } from "./message";
import { Pod } from "./pod";
import { carriedPod } from "./podCarrier";
import type { Program } from "./program";
import type { Filling, Rule, RuleDescription, Settings, Violation } from "./rule";
import { Subject } from "./subject";

/** What a policy has to say about a resource. */
export interface Report {
    readonly message: string;
    /** The resource; "" for the program as a whole. */
    readonly urn: string;
    /** Whether it is a warning, also where the policy is mandatory. @default false */
    readonly advisory?: boolean | undefined;
}

/** Takes what a policy has to say. */
export type Reporter = (report: Report) => void;

/** A policy of the pack: what is told of it, and its ways of looking at a program. */
export interface Policy {
    readonly rule: RuleDescription;
    /**
     * Takes the settings, before anything is judged.
     * @throws Error on a setting that the rule does not have
     */
    configure(given: Settings): void;
    /** Judges a resource before it is created. */
    judgeResource?(resource: EngineResource, report: Reporter): void;
    /** Judges all resources together, when each of them was judged. */
    judgeStack?(resources: readonly EngineResource[], report: Reporter): void;
    /** What can be filled into a resource to make it comply. */
    fill?(resource: EngineResource): Filling[];
}

/** The schema of a policy's settings, with the `exempt` that those have which judge objects. */
export function settingsSchema(rule: RuleDescription | Rule): Record<string, PolicyConfigJSONSchema> {
    const judges = ["judgePod", "judgeObject", "judgeProgram"].some(key => key in rule);
    return { ...rule.settings, ...(judges && { exempt: exemptionsSchema }) };
}

/**
 * A rule's settings: those given, over the defaults of its schema.
 * @throws Error on a setting that the rule does not have; the engine checks only those that it has
 */
export function settingsOf(rule: RuleDescription, given: Settings): Settings {
    const schema = settingsSchema(rule);
    const unknown = Object.keys(given).filter(key => !Object.hasOwn(schema, key));
    if (unknown.length > 0) {
        throw new Error(`policy ${rule.id} has no setting ${unknown.map(key => `"${key}"`).join(", ")}; `
            + `it has ${Object.keys(schema).join(", ")}. Correct the file given with --policy-pack-config`);
    }
    const defaults = Object.entries(schema).flatMap(([key, { default: value }]) => value === undefined ? [] : [[key, value] as const]);
    return { ...Object.fromEntries(defaults), ...given };
}

function reportAll(rule: RuleDescription, program: Program, report: Reporter, violations: readonly Violation[]): void {
    for (const violation of violations) {
        if (!program.isExempt(rule.id, violation.object)) {
            report({ message: violationMessage(rule, violation), urn: violation.object.urn, advisory: violation.advisory });
        }
    }
}

function reportUnknown(rule: Rule, report: Reporter, object: KubernetesObject, paths: readonly string[]): void {
    if (paths.length > 0) {
        report({ message: unknownMessage(`${describe(object)}: ${rule.id}`, paths), urn: object.urn, advisory: true });
    }
}

/** The policy that enforces a rule with what is known of a program. */
export function policyOf(rule: Rule, program: Program): Policy {
    const { judgePod, judgeObject, judgeProgram, fill, kinds } = rule;
    let settings: Settings = {};
    return {
        rule,
        configure: given => {
            settings = settingsOf(rule, given);
            program.setExemptions(rule.id, settings["exempt"] as Exemption[]);
        },
        ...((judgePod ?? judgeObject) && {
            judgeResource: (resource: EngineResource, report: Reporter) => {
                for (const object of program.objectsOf(resource)) {
                    const carrier = judgePod && carriedPod(object);
                    if (carrier) {
                        const pod = new Pod(carrier);
                        reportAll(rule, program, report, judgePod(pod, carrier, settings, program));
                        reportUnknown(rule, report, object, pod.reads.unknown.filter(path => !pod.unreadable.includes(path)));
                    }
                    if (judgeObject && (kinds?.includes(object.kind) ?? true)) {
                        const subject = new Subject(object);
                        reportAll(rule, program, report, judgeObject(subject, settings, program));
                        reportUnknown(rule, report, object, subject.reads.unknown);
                    }
                }
            },
        }),
        ...(judgeProgram && {
            judgeStack: (resources: readonly EngineResource[], report: Reporter) => {
                const subjects = resources.flatMap(resource => program.objectsOf(resource)).map(object => new Subject(object));
                reportAll(rule, program, report, judgeProgram(subjects, settings));
                for (const { object, reads } of subjects) {
                    reportUnknown(rule, report, object, reads.unknown);
                }
            },
        }),
        ...(fill && {
            fill: (resource: EngineResource) => kubernetesObjects(resource).flatMap(object => {
                const carrier = carriedPod(object);
                const isExempt = exemptionFor(object, settings["exempt"] as Exemption[]) !== undefined;
                // A patch that set more fields would take them from their owners.
                return carrier && !isExempt && !object.patch ? fill(new Pod(carrier), carrier, settings, program) : [];
            }),
        }),
    };
}
