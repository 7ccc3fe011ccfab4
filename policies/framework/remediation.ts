import { unwrapped } from "./field";
import type { Filling } from "./rule";

/**
 * Fills fields into the properties of a resource, in place, and makes the parents that are missing.
 * @param properties as the engine sends them
 * @param fillings fields that are absent so far
 * @returns the same properties
 */
export function fillIn<T extends object>(properties: T, fillings: readonly Filling[]): T {
    for (const { keys, value } of fillings) {
        let holder = properties as Record<string | number, unknown>;
        for (const key of keys.slice(0, -1)) {
            holder[key] ??= {};
            holder = unwrapped(holder[key]) as Record<string | number, unknown>;
        }
        holder[keys.at(-1)!] = value;
    }
    return properties;
}
