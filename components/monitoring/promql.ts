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

/** Escapes a text for use within an RE2 pattern. */
export function escapePattern(text: string): string {
    return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function quote(text: string): string {
    return JSON.stringify(text);
}
