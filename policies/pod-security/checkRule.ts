import { Pod } from "../framework/pod";
import type { CarriedPod } from "../framework/podCarrier";
import type { Program } from "../framework/program";
import type { PodRule, Violation } from "../framework/rule";
import type { Check, Refusal } from "./check";
import type { LevelVersion, Mode } from "./level";
import { showVersion } from "./level";
import { inForce } from "./registry";
import type { PodLevels } from "./settings";
import { levelsOf } from "./settings";
import { podSecurityFramework, standardLink } from "./standard";

/** A check's verdict on a pod at a level; undefined when it is allowed or the level does not have the check. */
export function refusalAt(check: Check, pod: Pod, { level, minor }: LevelVersion): Refusal | undefined {
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

/** The first mode that refuses the pod: when it is enforced, a warning would only repeat it. */
function judge(check: Check, pod: Pod, carrier: CarriedPod, levels: PodLevels): Violation[] {
    for (const mode of ["enforce", "warn", "audit"] as const) {
        const refusal = refusalAt(check, pod, levels[mode]);
        if (refusal) {
            return [violation(carrier, refusal, levels[mode], mode)];
        }
    }
    return [];
}

/** Which levels each pod was judged by, to judge it again when its Namespace turns up later and says otherwise. */
const judgedLevels = new WeakMap<Program, Map<string, string>>();

function judgedBy(check: Check, carrier: CarriedPod, program: Program, levels: PodLevels | undefined): { changed: boolean } {
    const seen = judgedLevels.get(program) ?? new Map<string, string>();
    judgedLevels.set(program, seen);
    const key = `${check.id} ${carrier.object.urn} ${carrier.specKeys.join(".")}`;
    const level = levels ? Object.values(levels).map(({ level: name, minor }) => `${name}:${minor}`).join() : "exempt";
    const changed = seen.get(key) !== level;
    seen.set(key, level);
    return { changed };
}

/** The policy that enforces a check at the level of each pod's namespace. */
export function checkRule(check: Check): PodRule {
    const { fill } = check;
    return {
        about: "pods",
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
            judgedBy(check, carrier, program, levels);
            return levels ? judge(check, pod, carrier, levels) : [];
        },
        judgePodLater: (pod, carrier, _, program) => {
            const levels = levelsOf(carrier, program);
            return judgedBy(check, carrier, program, levels).changed && levels ? judge(check, pod, carrier, levels) : [];
        },
        ...(fill && {
            fill: (pod, carrier, _, program) => {
                const levels = levelsOf(carrier, program);
                return levels && refusalAt(check, pod, levels.enforce) ? fill(pod) : [];
            },
        }),
    };
}
