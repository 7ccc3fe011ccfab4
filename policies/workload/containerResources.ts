import { practiceFramework } from "../framework/compliance";
import { finding } from "../framework/finding";
import type { Finding } from "../framework/finding";
import type { Rule } from "../framework/rule";
import type { Pod } from "../framework/pod";
import { isPositiveQuantity } from "./quantity";

const allowed = 'a quantity above 0, such as "100m" or "128Mi"';

function isMissing(value: unknown): boolean {
    return value === undefined || !isPositiveQuantity(value);
}

/** What containers fail to request or limit. Resources given for the whole pod count for each of its containers. */
function missingResources(pod: Pod, names: readonly string[], kinds: readonly string[]): Finding[] {
    return pod.ordinaryContainers.flatMap(container => kinds.flatMap(kind => names.flatMap(name => {
        const field = container.field.at("resources", kind, name);
        if (!isMissing(field.value("1"))) {
            return [];
        }
        const ofPod = pod.spec.at("resources", kind, name);
        return field.raw === undefined && !isMissing(ofPod.value("1")) ? [] : [finding(field, allowed, container.name)];
    })));
}

function resourceRule(id: string, names: readonly string[], description: string, fix: string): Rule {
    return {
        id,
        description,
        enforcement: "mandatory",
        severity: "medium",
        framework: practiceFramework(`requests and limits: ${names.join(", ")}`),
        fix,
        link: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
        fields: ["requests", "limits"].flatMap(kind => names.map(name => `spec.*[*].resources.${kind}.${name}`)),
        allowed: `${allowed}; ephemeral containers cannot have any`,
        settings: {
            kinds: {
                type: "array", items: { type: "string", enum: ["requests", "limits"] }, default: ["requests", "limits"],
                description: "What must be given for each resource.",
            },
        },
        judgePod: (pod, { object }, settings) => {
            const findings = missingResources(pod, names, settings["kinds"] as string[]);
            const fields = [...new Set(findings.map(({ path }) => path.slice(path.indexOf(".resources.") + 1)))];
            return findings.length === 0 ? [] : [{ object, summary: `containers without ${fields.join(", ")}`, findings }];
        },
    };
}

/** The scheduler knows what a container needs, and no container can take more than its share. */
export const cpuAndMemory = resourceRule(
    "cpuAndMemory",
    ["cpu", "memory"],
    "Every container must request and limit CPU and memory.",
    "Set resources.requests and resources.limits with cpu and memory, from what the container was measured to use.",
);

/** Logs and scratch files of one container cannot fill the node's disk and evict the others. */
export const ephemeralStorage = resourceRule(
    "ephemeralStorage",
    ["ephemeral-storage"],
    "Every container must request and limit node-local disk.",
    'Set resources.requests and resources.limits with "ephemeral-storage", enough for logs, writable layer and emptyDirs.',
);
