import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import type { KubernetesObject } from "./kubernetesObject";
import { nameOf, namespaceOf, stackOf } from "./kubernetesObject";

/** Objects that a policy lets pass, and why. */
export interface Exemption {
    /** @default any stack */
    readonly stacks?: readonly string[];
    /** @default any namespace */
    readonly namespaces?: readonly string[];
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

/** Schema of a list of names, such as those of stacks. */
export const namesSchema: PolicyConfigJSONSchema = { type: "array", items: { type: "string" } };

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
            stacks: { ...namesSchema, minItems: 1, description: "Stacks in which they may; any when left out." },
            namespaces: { ...namesSchema, minItems: 1, description: "Namespaces of the objects; any when left out." },
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

/** Whether a value matches one of the patterns, or there are none to match. */
export function matchesAny(patterns: readonly string[] | undefined, value: string | undefined): boolean {
    return patterns === undefined || patterns.some(pattern => matches(pattern, value));
}

/** Namespace that exemptions know an object by: a Namespace stands for itself. */
export function exemptedNamespace(object: KubernetesObject): string | undefined {
    return object.kind === "Namespace" ? nameOf(object) : namespaceOf(object);
}

/** The first exemption that covers an object. */
export function exemptionFor(object: KubernetesObject, exemptions: readonly Exemption[]): Exemption | undefined {
    return exemptions.find(({ stacks, namespaces, kind, name }) =>
        matches(kind, object.kind) && matches(name, nameOf(object)) && matchesAny(stacks, stackOf(object))
        && matchesAny(namespaces, exemptedNamespace(object)));
}
