import type { EnforcementLevel, ReportViolation, ResourceValidationArgs, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
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
import type { Rule, RuleDescription, Settings, Violation } from "./rule";
import { Subject } from "./subject";

/** A policy of the pack; the SDK runs both validations of one that has both. */
export type PackPolicy = ResourceValidationPolicy & Partial<Pick<StackValidationPolicy, "validateStack">>;

/** The SDK also takes a whole report in place of a message; only so can one violation be weaker than its policy. */
interface Report {
    readonly message: string;
    readonly urn: string;
    readonly enforcementLevel?: EnforcementLevel;
}

/** Reports at the policy's own level, or at the level given. */
export function send(report: ReportViolation, content: Report): void {
    (report as unknown as (content: Report) => void)(content);
}

/** Reports as a warning, also from a policy that is mandatory. */
export function warn(report: ReportViolation, message: string, urn: string): void {
    send(report, { message, urn, enforcementLevel: "advisory" });
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

/** What the engine shows and configures of a policy. */
export function policyDescription(rule: RuleDescription): Omit<ResourceValidationPolicy, "validateResource"> {
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

function report(rule: RuleDescription, program: Program, to: ReportViolation, violations: readonly Violation[]): void {
    for (const violation of violations) {
        if (!program.isExempt(rule.id, violation.object)) {
            send(to, {
                message: violationMessage(rule, violation),
                urn: violation.object.urn,
                ...(violation.advisory && { enforcementLevel: "advisory" }),
            });
        }
    }
}

function reportUnknown(rule: Rule, to: ReportViolation, object: KubernetesObject, paths: readonly string[]): void {
    if (paths.length > 0) {
        warn(to, unknownMessage(`${describe(object)}: ${rule.id}`, paths), object.urn);
    }
}

/** Reads a rule's settings once: the engine configures the pack before it sends the first resource. */
function settingsReader(rule: Rule, program: Program): (args: Pick<ResourceValidationArgs, "getConfig">) => Settings {
    let settings: Settings | undefined;
    return args => {
        if (settings === undefined) {
            settings = settingsOf(rule, args.getConfig());
            program.setExemptions(rule.id, settings["exempt"] as Exemption[]);
        }
        return settings;
    };
}

/** A rule that does not apply just returns: to say so, as the SDK can, would be a thrown error for most policies and resources. */
function validateResource(rule: Rule, program: Program): NonNullable<ResourceValidationPolicy["validateResource"]> {
    const { judgePod, judgeObject, kinds } = rule;
    const readSettings = settingsReader(rule, program);
    return (args, to) => {
        const settings = readSettings(args);
        for (const object of program.objectsOf(args as EngineResource)) {
            const carrier = judgePod && carriedPod(object);
            if (carrier) {
                const pod = new Pod(carrier);
                report(rule, program, to, judgePod(pod, carrier, settings, program));
                reportUnknown(rule, to, object, pod.reads.unknown.filter(path => !pod.unreadable.includes(path)));
            }
            if (judgeObject && (kinds?.includes(object.kind) ?? true)) {
                const subject = new Subject(object);
                report(rule, program, to, judgeObject(subject, settings, program));
                reportUnknown(rule, to, object, subject.reads.unknown);
            }
        }
    };
}

function validateStack(rule: Rule, judge: NonNullable<Rule["judgeProgram"]>, program: Program): StackValidationPolicy["validateStack"] {
    const readSettings = settingsReader(rule, program);
    return (args, to) => {
        const settings = readSettings(args);
        const subjects = args.resources
            .flatMap(resource => program.objectsOf(resource as EngineResource))
            .map(object => new Subject(object));
        report(rule, program, to, judge(subjects, settings));
        for (const { object, reads } of subjects) {
            reportUnknown(rule, to, object, reads.unknown);
        }
    };
}

function remediateResource(rule: Rule, fill: NonNullable<Rule["fill"]>, program: Program): NonNullable<PackPolicy["remediateResource"]> {
    return args => {
        const settings = settingsOf(rule, args.getConfig());
        const fillings = kubernetesObjects(args as EngineResource).flatMap(object => {
            const carrier = carriedPod(object);
            const isExempt = exemptionFor(object, settings["exempt"] as Exemption[]) !== undefined;
            // A patch that set more fields would take them from their owners.
            return carrier && !isExempt && !object.patch ? fill(new Pod(carrier), carrier, settings, program) : [];
        });
        return fillings.length > 0 ? fillIn(args.props, fillings) : undefined;
    };
}

/** The policy that enforces a rule with what is known of a program. */
export function policyOf(rule: Rule, program: Program): PackPolicy {
    return {
        ...policyDescription(rule),
        ...((rule.judgePod ?? rule.judgeObject) && { validateResource: validateResource(rule, program) }),
        ...(rule.judgeProgram && { validateStack: validateStack(rule, rule.judgeProgram, program) }),
        ...(rule.fill && { remediateResource: remediateResource(rule, rule.fill, program) }),
    };
}
