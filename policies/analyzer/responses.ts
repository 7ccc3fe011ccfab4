import type { EnforcementLevel, Severity } from "@pulumi/policy";
import { Writer } from "protobufjs/minimal";
import type { Policy } from "../framework/policy";
import { settingsSchema } from "../framework/policy";
import type { Diagnostic, Remediation } from "./analyzer";
import { writeStruct } from "./struct";

/** What is told of the pack as a whole. */
export interface PackDescription {
    readonly name: string;
    readonly displayName: string;
    readonly description: string;
    readonly version: string;
}

/** Numbers of the levels in messages. */
export const levels: Readonly<Record<EnforcementLevel, number>> = { advisory: 0, mandatory: 1, disabled: 2, remediate: 3 };
const severities: Readonly<Record<Severity, number>> = { low: 1, medium: 2, high: 3, critical: 4 };
const [resourcePolicy, stackPolicy] = [1, 2];

/**
 * Writes a message from its fields by their numbers, which
 * {@link https://github.com/pulumi/pulumi/blob/sdk/v3.248.0/proto/pulumi/analyzer.proto} has. The generated classes take a
 * tenth of a second to load and to describe the pack with, for which every preview would wait.
 */
function message(fields: Readonly<Record<number, string | number | boolean | Uint8Array | readonly Uint8Array[]>>): Uint8Array {
    const writer = Writer.create();
    for (const [number, value] of Object.entries(fields)) {
        const tag = Number(number) << 3;
        if (typeof value === "string") {
            writer.uint32(tag | 2).string(value);
        } else if (typeof value === "number" || typeof value === "boolean") {
            writer.uint32(tag).uint32(Number(value));
        } else {
            [value].flat().forEach((part: Uint8Array) => writer.uint32(tag | 2).bytes(part));
        }
    }
    return writer.finish();
}

/** What the engine shows, validates and configures of a policy. */
function policyInfo({ rule, judgeResource, fill }: Policy): Uint8Array {
    const { name, version, reference, specification } = rule.framework;
    return message({
        1: rule.id,
        3: rule.description,
        5: levels[rule.enforcement],
        6: message({ 1: writeStruct(settingsSchema(rule)) }),
        7: judgeResource ?? fill ? resourcePolicy : stackPolicy,
        8: severities[rule.severity],
        9: message({ 1: name, 2: version, 3: reference, 4: specification }),
        11: rule.fix,
        12: rule.link,
    });
}

/** Writes a `PluginInfo`. */
export function writePluginInfo({ version }: PackDescription): Uint8Array {
    return message({ 1: version });
}

/** Writes an `AnalyzerInfo`, which the engine asks for first. */
export function writeInfo({ name, displayName, description, version }: PackDescription, policies: readonly Policy[]): Uint8Array {
    const configurable = true;
    return message({ 1: name, 2: displayName, 3: policies.map(policyInfo), 4: version, 5: configurable, 7: description });
}

/** Writes an `AnalyzeResponse`: what is wrong. */
export function writeDiagnostics(pack: PackDescription, diagnostics: readonly Diagnostic[]): Uint8Array {
    return message({
        2: diagnostics.map(({ rule, level, message: text, urn }) => message({
            1: rule.id, 2: pack.name, 3: pack.version, 4: rule.description, 5: text, 7: levels[level], 8: urn, 9: severities[rule.severity],
        })),
    });
}

/** Writes a `RemediateResponse`: what was changed. */
export function writeRemediations(pack: PackDescription, remediations: readonly Remediation[]): Uint8Array {
    return message({
        1: remediations.map(({ rule, properties }) => message({
            1: rule.id, 2: pack.name, 3: pack.version, 4: rule.description, 5: writeStruct(properties),
        })),
    });
}
