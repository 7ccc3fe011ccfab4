import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import type { KubernetesObject } from "./kubernetesObject";
import { nameOf, namespaceOf } from "./kubernetesObject";

/** Objects that a policy lets pass, and why. */
export interface Exemption {
    /** @default any namespace */
    readonly namespace?: string;
    /** @default any kind */
    readonly kind?: string;
    /** @default any name */
    readonly name?: string;
    /** Why the objects may break the rule: a sentence for whoever reviews the list. */
    readonly reason: string;
}

/** Schema of the sentence that every exemption has to carry. */
export const reasonSchema: PolicyConfigJSONSchema = {
    type: "string", minLength: 10, description: "Why this is allowed, in a sentence.",
};

/** Schema of the setting `exempt`, which every policy has. */
export const exemptionsSchema: PolicyConfigJSONSchema = {
    type: "array",
    default: [],
    description: "Objects that may break this policy. A * at the end of a value stands for any ending.",
    items: {
        type: "object",
        required: ["reason"],
        additionalProperties: false,
        properties: {
            namespace: { type: "string", description: "Namespace of the objects; any when left out." },
            kind: { type: "string", description: "Kind of the objects, such as Deployment; any when left out." },
            name: { type: "string", description: "Name of the objects; any when left out." },
            reason: reasonSchema,
        },
    },
};

/** Whether a value is the pattern or, for a pattern that ends in `*`, begins with the rest of it. */
export function matches(pattern: string | undefined, value: string | undefined): boolean {
    if (pattern === undefined) {
        return true;
    }
    return value !== undefined && (pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : value === pattern);
}

/** The first exemption that covers an object. */
export function exemptionFor(object: KubernetesObject, exemptions: readonly Exemption[]): Exemption | undefined {
    return exemptions.find(({ namespace, kind, name }) =>
        matches(kind, object.kind) && matches(name, nameOf(object))
        && matches(namespace, object.kind === "Namespace" ? nameOf(object) : namespaceOf(object)));
}
