/** A label matcher's right side: a literal, or a pattern that must match the whole value. */
export type LabelValue = string | RegExp;

/** A series selector: `series("up", { app: "redis", pod: /redis-.+/ })` is `up{app="redis",pod=~"redis-.+"}`. */
export function series(metric: string, labels: Readonly<Record<string, LabelValue>>): string {
    const matchers = Object.entries(labels).map(([label, value]) => value instanceof RegExp
        ? `${label}=~${quote(value.source)}`
        : `${label}=${quote(value)}`);
    return `${metric}{${matchers.join(",")}}`;
}

/** True while an expression counts zero, or counts nothing at all: a bare `== 0` is silent once the series is gone. */
export function absentOrZero(expression: string): string {
    return `(${expression}) == 0 or absent(${expression})`;
}

/** Growth per second of a counter, of all its series together or by some labels. */
export function rate(selector: string, range: string, by: readonly string[] = []): string {
    return `sum${grouping(by)}(rate(${selector}[${range}]))`;
}

/** The curve of {@link rate} in a panel: over the time that Grafana finds right for its width. */
export function perSecond(selector: string, by: readonly string[] = []): string {
    return rate(selector, "$__rate_interval", by);
}

/** Part of a whole. */
export function share(part: string, whole: string): string {
    return `${part} / ${whole}`;
}

/** A pattern that matches any of some texts, and nothing else. */
export function oneOf(texts: readonly string[]): RegExp {
    return new RegExp(texts.map(escapePattern).join("|"));
}

/** Escapes a text for use within an RE2 pattern. */
export function escapePattern(text: string): string {
    return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function grouping(by: readonly string[]): string {
    return by.length > 0 ? ` by (${by.join(", ")}) ` : "";
}

function quote(text: string): string {
    return JSON.stringify(text);
}
