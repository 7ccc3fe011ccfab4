import { expandVariables } from "./promql";

/** One series selector of an expression. */
export interface Selected {
    readonly metric: string;
    /** Labels that must have exactly this value. */
    readonly labels: Readonly<Record<string, string>>;
    /** Labels that may have any of these values. */
    readonly alternatives: Readonly<Record<string, readonly string[]>>;
}

/**
 * The series selectors of an expression, by Prometheus' own grammar.
 * @throws Error when it is no PromQL
 */
export async function selectorsOf(expr: string): Promise<Selected[]> {
    // The package declares its types for ES modules only.
    const { parser } = await import("@prometheus-io/lezer-promql");
    const text = expandVariables(expr);
    const found: Selected[] = [];
    parser.parse(text).iterate({
        enter: ({ type, name, node, from }) => {
            if (type.isError) {
                throw new Error(`not PromQL at character ${from}: ${text}`);
            }
            if (name === "VectorSelector") {
                const identifier = node.getChild("Identifier");
                const matchers = /^\w*\{(.*)\}$/s.exec(text.slice(node.from, node.to))?.[1] ?? "";
                const patterns = [...matchers.matchAll(/(\w+)=~"((?:[^"\\]|\\.)*)"/g)].map(([, label = "", value = ""]) => [label, value.split("|")]);
                const equal = [...matchers.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = "", value = ""]) => [label, value]);
                found.push({
                    metric: identifier ? text.slice(identifier.from, identifier.to) : "",
                    labels: Object.fromEntries(equal), alternatives: Object.fromEntries(patterns),
                });
            }
        },
    });
    return found;
}
