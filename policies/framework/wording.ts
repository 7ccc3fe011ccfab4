/** `"a", "b"`, the way the Pod Security admission lists names. */
export function joinQuoted(items: readonly string[]): string {
    return items.map(item => `"${item}"`).join(", ");
}

/** One word or the other, depending on how many there are. */
export function pluralize(singular: string, plural: string, count: number): string {
    return count === 1 ? singular : plural;
}

/** The distinct values in byte order, so that messages do not change from run to run. */
export function sortedSet(values: readonly string[]): string[] {
    return [...new Set(values)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** A value as it stands in a message; `unset` for none, and shortened when long. */
export function show(value: unknown): string {
    if (value === undefined) {
        return "unset";
    }
    const text = JSON.stringify(value) ?? String(value);
    return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
