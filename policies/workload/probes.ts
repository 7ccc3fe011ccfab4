import { isDeepStrictEqual } from "node:util";
import { practiceFramework } from "../framework/compliance";
import type { Field } from "../framework/field";
import { isProperties, UNKNOWN } from "../framework/field";
import { finding } from "../framework/finding";
import type { Pod } from "../framework/pod";
import type { Rule } from "../framework/rule";

function holdsUnknown(value: unknown): boolean {
    return value === UNKNOWN || (Array.isArray(value) && value.some(holdsUnknown))
        || (isProperties(value) && Object.values(value).some(holdsUnknown));
}

/** Whether two probes are the same in everything. What is unknown in either is noted: it may be what tells them apart. */
function areIdentical(one: Field, other: Field): boolean {
    if (!isDeepStrictEqual(one.raw, other.raw)) {
        return false;
    }
    if (holdsUnknown(one.raw)) {
        one.reads.note(one.path);
        return false;
    }
    return true;
}

function isLongRunning(pod: Pod, runsToCompletion: boolean): boolean {
    return !runsToCompletion && (pod.spec.at("restartPolicy").value("OnFailure") ?? "Always") === "Always";
}

/** Traffic goes only to containers that can serve it, and a container that hangs is restarted. */
export const probes: Rule = {
    id: "probes",
    description: "Containers that run on and on must have a readiness probe and a liveness probe, and not the same probe twice.",
    enforcement: "mandatory",
    severity: "medium",
    framework: practiceFramework("liveness, readiness and startup probes"),
    fix: "Let the readiness probe ask whether the container can serve, and the liveness probe, with a longer patience, whether it still runs.",
    link: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    fields: ["spec.containers[*].readinessProbe", "spec.containers[*].livenessProbe"],
    allowed: "both given, different in the question or in its timing; none needed in Jobs and CronJobs",
    settings: {
        required: {
            type: "array", items: { type: "string", enum: ["readinessProbe", "livenessProbe", "startupProbe"] },
            default: ["readinessProbe", "livenessProbe"], description: "Probes that every long-running container must have.",
        },
    },
    judgePod: (pod, { object, runsToCompletion }, settings) => {
        if (!isLongRunning(pod, runsToCompletion)) {
            return [];
        }
        return pod.containers.filter(({ list }) => list === "containers").flatMap(({ field, name }) => {
            const missing = (settings["required"] as string[]).map(key => field.at(key)).filter(probe => probe.value({}) === undefined);
            const [readiness, liveness] = [field.at("readinessProbe"), field.at("livenessProbe")];
            const same = readiness.isPresent && liveness.isPresent && areIdentical(readiness, liveness);
            return [
                ...(missing.length > 0 ? [{
                    object, summary: `container "${name}" has no ${missing.map(probe => probe.keys.at(-1)).join(" and no ")}`,
                    findings: missing.map(probe => finding(probe, "a probe", name)),
                }] : []),
                ...(same ? [{
                    object, summary: `container "${name}" has the same readiness and liveness probe, so it is restarted when it should only wait`,
                    findings: [finding(liveness, "a probe that differs from readinessProbe", name)],
                }] : []),
            ];
        });
    },
};
