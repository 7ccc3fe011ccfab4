import type { Field } from "../framework/field";

/** Whether labels are selected: yes, no, or not to be told at preview, in which case the unknown fields are noted. */
export type Selected = boolean | undefined;

function and(parts: readonly Selected[]): Selected {
    return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
}

function requirement(expression: Field, labels: Field): Selected {
    const unknown = Symbol("unknown");
    const label = labels.at(expression.at("key").text()).value(unknown);
    const values = expression.at("values").items().map(value => value.value(unknown));
    if (label === unknown || values.includes(unknown)) {
        return undefined;
    }
    switch (expression.at("operator").text()) {
        case "In": return values.includes(label);
        case "NotIn": return !values.includes(label);
        case "Exists": return label !== undefined;
        case "DoesNotExist": return label === undefined;
        default: return false;
    }
}

/**
 * Applies a label selector; an empty one selects everything.
 * @param selector with matchLabels and matchExpressions
 * @param labels that may be selected
 */
export function selects(selector: Field, labels: Field): Selected {
    const unknown = Symbol("unknown");
    if (selector.value(unknown) === unknown || labels.value(unknown) === unknown) {
        return undefined;
    }
    const equal = selector.at("matchLabels").entries().map(([key, field]): Selected => {
        const [wanted, label] = [field.value(unknown), labels.at(key).value(unknown)];
        return wanted === unknown || label === unknown ? undefined : wanted === label;
    });
    return and([...equal, ...selector.at("matchExpressions").items().map(expression => requirement(expression, labels))]);
}
