import { createHash } from "node:crypto";

/** Sixteen hexadecimal digits of the SHA-256 of a value's canonical JSON, for annotations that roll pods on change. */
export function checksum(value: unknown): string {
    const sorted = (item: unknown): unknown => {
        if (Array.isArray(item)) {
            return item.map(sorted);
        }
        if (item !== null && typeof item === "object") {
            const entries = Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1));
            return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
        }
        return item;
    };
    return createHash("sha256").update(JSON.stringify(sorted(value))).digest("hex").slice(0, 16);
}
