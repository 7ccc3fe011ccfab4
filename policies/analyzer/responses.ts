import type { EnforcementLevel, Severity } from "@pulumi/policy";
import type { Policy } from "../framework/policy";
import { settingsSchema } from "../framework/policy";
import type { Diagnostic, Remediation } from "./analyzer";
import { writeStruct } from "./struct";
import { writeMessage } from "./transport";

/** What is told of the pack as a whole. */
export interface PackDescription {
    readonly name: string;
    readonly displayName: string;
    readonly description: string;
    readonly version: string;
}

// https://github.com/pulumi/pulumi/blob/sdk/v3.248.0/proto/pulumi/analyzer.proto has the numbers of fields, levels, severities and types.

/** Numbers of the levels in messages. */
export const levels: Readonly<Record<EnforcementLevel, number>> = { advisory: 0, mandatory: 1, disabled: 2, remediate: 3 };
const severities: Readonly<Record<Severity, number>> = { low: 1, medium: 2, high: 3, critical: 4 };
const [resourcePolicy, stackPolicy] = [1, 2];

/** What the engine shows, validates and configures of a policy. */
function policyInfo({ rule, judgeResource, fill }: Policy): Uint8Array {
    const { name, version, reference, specification } = rule.framework;
    return writeMessage({
        1: rule.id,
        3: rule.description,
        5: levels[rule.enforcement],
        6: writeMessage({ 1: writeStruct(settingsSchema(rule)) }),
        7: judgeResource ?? fill ? resourcePolicy : stackPolicy,
        8: severities[rule.severity],
        9: writeMessage({ 1: name, 2: version, 3: reference, 4: specification }),
        11: rule.fix,
        12: rule.link,
    });
}

/** Writes a `PluginInfo`. */
export function writePluginInfo({ version }: PackDescription): Uint8Array {
    return writeMessage({ 1: version });
}

/** Writes an `AnalyzerInfo`, which the engine asks for first. */
export function writeInfo({ name, displayName, description, version }: PackDescription, policies: readonly Policy[]): Uint8Array {
    const configurable = true;
    return writeMessage({ 1: name, 2: displayName, 3: policies.map(policyInfo), 4: version, 5: configurable, 7: description });
}

/** Writes an `AnalyzeResponse`: what is wrong. */
export function writeDiagnostics(pack: PackDescription, diagnostics: readonly Diagnostic[]): Uint8Array {
    return writeMessage({
        2: diagnostics.map(({ rule, level, message, urn }) => writeMessage({
            1: rule.id, 2: pack.name, 3: pack.version, 4: rule.description,
            5: message, 7: levels[level], 8: urn, 9: severities[rule.severity],
        })),
    });
}

/** Writes a `RemediateResponse`: what was changed. */
export function writeRemediations(pack: PackDescription, remediations: readonly Remediation[]): Uint8Array {
    return writeMessage({
        1: remediations.map(({ rule, properties }) => writeMessage({
            1: rule.id, 2: pack.name, 3: pack.version, 4: rule.description, 5: writeStruct(properties),
        })),
    });
}
