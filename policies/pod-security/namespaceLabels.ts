import { finding } from "../framework/finding";
import type { Rule } from "../framework/rule";
import { joinQuoted } from "../framework/wording";
import type { Mode } from "./level";
import { labelPrefix, levels, parseVersion } from "./level";
import { podSecurityFramework } from "./standard";

const modes: readonly Mode[] = ["enforce", "warn", "audit"];
const labelNames = modes.flatMap(mode => [mode, `${mode}-version`]);
const levelNames = joinQuoted([...levels]);
const versionForm = '"latest" or "v1.x" with a minor version, such as "v1.36"';

/** A Namespace says itself what its pods may do. */
export const namespaceLabels: Rule = {
    id: "namespaceLabels",
    kinds: ["Namespace"],
    description: "A Namespace must carry the labels that choose its level of the Pod Security Standards, with values that can be read.",
    enforcement: "mandatory",
    severity: "high",
    framework: podSecurityFramework("namespace labels"),
    fix: `Label the Namespace with ${labelPrefix}enforce: restricted and ${labelPrefix}enforce-version: v1.36.`,
    link: "https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces",
    fields: labelNames.map(name => `metadata.labels["${labelPrefix}${name}"]`),
    allowed: `enforce, warn, audit: ${levelNames}; enforce-version, warn-version, audit-version: ${versionForm}`,
    settings: {
        required: {
            type: "array", items: { type: "string", enum: labelNames }, default: ["enforce"],
            description: "Labels that every Namespace must carry, without their prefix.",
        },
        minimumLevel: {
            type: "string", enum: [...levels], default: "privileged",
            description: "Weakest level that an enforce label may choose.",
        },
    },
    judgeObject: (subject, settings) => {
        const required = settings["required"] as string[];
        const weakest = levels.indexOf(settings["minimumLevel"] as (typeof levels)[number]);
        return labelNames.flatMap(name => {
            const field = subject.at("metadata", "labels", `${labelPrefix}${name}`);
            const isVersion = name.endsWith("-version");
            const allowed = isVersion ? versionForm : name === "enforce" ? joinQuoted(levels.slice(weakest)) : levelNames;
            const value = field.value(isVersion ? "latest" : "restricted");
            const rank = levels.findIndex(level => level === value);
            const problem = value === undefined
                ? required.includes(name) ? "is missing" : undefined
                : isVersion ? parseVersion(value) === undefined ? "cannot be read" : undefined
                    : rank < 0 ? "cannot be read" : name === "enforce" && rank < weakest ? "is weaker than minimumLevel" : undefined;
            return problem === undefined ? [] : [{
                object: subject.object,
                summary: `label ${labelPrefix}${name} ${problem}`,
                findings: [finding(field, allowed)],
            }];
        });
    },
};
