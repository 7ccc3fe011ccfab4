import { practiceFramework } from "../framework/compliance";
import { Field } from "../framework/field";
import { finding } from "../framework/finding";
import { nameOf, namespaceOf } from "../framework/kubernetesObject";
import type { Pod } from "../framework/pod";
import type { CarriedPod } from "../framework/podCarrier";
import type { Filling, Rule } from "../framework/rule";

const prefix = "app.kubernetes.io/";

/** Labels of the workload itself and of its pods; the same ones for a Pod. */
function labelMaps(pod: Pod, { object }: CarriedPod): Field[] {
    const own = new Field(object.keys, object.properties, pod.reads).at("metadata", "labels");
    const ofPod = pod.metadata.at("labels");
    return own.path === ofPod.path ? [ofPod] : [own, ofPod];
}

/** What a label can be taken to be without asking. */
function plainValue(label: string, { object }: CarriedPod): string | undefined {
    switch (label) {
        case `${prefix}managed-by`: return "pulumi";
        case `${prefix}part-of`: return namespaceOf(object);
        default: return nameOf(object);
    }
}

/** Every tool, and everybody on call, finds what belongs together. */
export const recommendedLabels: Rule = {
    id: "recommendedLabels",
    description: "Workloads and their pods must carry the labels that Kubernetes recommends.",
    enforcement: "mandatory",
    severity: "low",
    framework: practiceFramework("recommended labels"),
    fix: "Add the labels to metadata.labels of the workload and of its pod template; leave them out of selectors.",
    link: "https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/",
    fields: ["metadata.labels", "spec.template.metadata.labels"],
    allowed: "any value that is not empty, for each required label",
    settings: {
        required: {
            type: "array", items: { type: "string", minLength: 1 },
            default: ["name", "instance", "component", "part-of", "managed-by"].map(name => `${prefix}${name}`),
            description: "Labels that every workload and its pods must carry.",
        },
    },
    judgePod: (pod, carrier, settings) => {
        const missing = labelMaps(pod, carrier).flatMap(labels => (settings["required"] as string[])
            .map(label => labels.at(label))
            .filter(label => (label.value("known later") ?? "") === ""));
        return missing.length === 0 ? [] : [{
            object: carrier.object,
            summary: `labels are missing: ${[...new Set(missing.map(({ keys }) => keys.at(-1)))].join(", ")}`,
            findings: missing.map(label => finding(label, "a value that is not empty")),
        }];
    },
    fill: (pod, carrier, settings): Filling[] => labelMaps(pod, carrier).flatMap(labels => (settings["required"] as string[]).flatMap(label => {
        const field = labels.at(label);
        const value = plainValue(label, carrier);
        return field.isPresent || value === undefined ? [] : [{ keys: field.keys, value }];
    })),
};
