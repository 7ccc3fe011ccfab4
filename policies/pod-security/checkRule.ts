import type { Pod } from "../framework/pod";
import type { CarriedPod } from "../framework/podCarrier";
import type { Rule, Violation } from "../framework/rule";
import type { Check, Refusal } from "./check";
import type { LevelVersion, Mode } from "./level";
import { showVersion } from "./level";
import { inForce } from "./registry";
import { levelsOf } from "./settings";
import { podSecurityFramework, standardLink } from "./standard";

/** A check's verdict on a pod at a level; undefined when it is allowed or the level does not have the check. */
export function refusalAt(check: Check, pod: Pod, { level, minor }: Pick<LevelVersion, "level" | "minor">): Refusal | undefined {
    return level === "privileged" ? undefined : inForce(check, level, minor)?.(pod);
}

function violation({ object }: CarriedPod, refusal: Refusal, level: LevelVersion, mode: Mode): Violation {
    const consequence = { enforce: "", warn: "The API server would warn. ", audit: "The API server would record it. " }[mode];
    return {
        object,
        summary: `${refusal.reason} (${refusal.detail})`,
        findings: refusal.findings,
        notes: { level: `${consequence}${level.level}:${showVersion(level.minor)}, from ${level.origin}` },
        advisory: mode !== "enforce",
    };
}

/** The policy that enforces a check at the level of each pod's namespace. */
export function checkRule(check: Check): Rule {
    const { fill } = check;
    return {
        id: check.id,
        description: check.rule,
        enforcement: "mandatory",
        severity: check.severity,
        framework: podSecurityFramework(`${check.level}: ${check.id}`),
        fix: check.fix,
        link: standardLink(check.level),
        fields: check.fields,
        allowed: check.allowed,
        judgePod: (pod, carrier, _, program) => {
            const levels = levelsOf(carrier, program);
            // When it is refused, a warning would only repeat it.
            for (const mode of levels ? ["enforce", "warn", "audit"] as const : []) {
                const refusal = refusalAt(check, pod, levels![mode]);
                if (refusal) {
                    return [violation(carrier, refusal, levels![mode], mode)];
                }
            }
            return [];
        },
        ...(fill && {
            fill: (pod, carrier, _, program) => {
                const levels = levelsOf(carrier, program);
                return levels && refusalAt(check, pod, levels.enforce) ? fill(pod) : [];
            },
        }),
    };
}
