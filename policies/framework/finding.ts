import type { Field } from "./field";
import { show } from "./wording";

/** One field that breaks a rule. */
export interface Finding {
    /** Place of the field, such as `spec.template.spec.containers[0].image`. */
    readonly path: string;
    /** What stands there, ready to print. */
    readonly found: string;
    /** What may stand there, ready to print. */
    readonly allowed: string;
    /** Container the field belongs to. */
    readonly container?: string;
}

/** The finding that a field holds something else than what is allowed. */
export function finding(field: Field, allowed: string, container?: string): Finding {
    return { path: field.path, found: show(typeof field.raw === "symbol" ? undefined : field.raw), allowed, ...(container && { container }) };
}
