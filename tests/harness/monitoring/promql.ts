/** What Grafana fills in before it asks Prometheus. */
export function expandVariables(expr: string): string {
    return expr.replaceAll("$__rate_interval", "1m").replaceAll("$__range", "15m");
}

/**
 * Names of the metrics that an expression selects.
 * @throws Error when Prometheus' own grammar does not accept the expression
 */
export async function selectedMetrics(expr: string): Promise<string[]> {
    // The package declares its types for ES modules only.
    const { parser } = await import("@prometheus-io/lezer-promql");
    const text = expandVariables(expr);
    const names: string[] = [];
    parser.parse(text).iterate({
        enter: node => {
            if (node.type.isError) {
                throw new Error(`not PromQL at character ${node.from}: ${text}`);
            }
            if (node.name === "VectorSelector") {
                const name = node.node.getChild("Identifier");
                names.push(name === null ? "" : text.slice(name.from, name.to));
            }
        },
    });
    return names;
}
