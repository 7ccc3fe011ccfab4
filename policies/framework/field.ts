import { UnknownValueError } from "@pulumi/policy";

/** Stands for a value that is known only after the update. */
export const UNKNOWN: unique symbol = Symbol("not known until the update");

/** An object whose fields may be {@link UNKNOWN}. */
export type Properties = Readonly<Record<string, unknown>>;

/** Reads one field of what a policy receives; {@link UNKNOWN} where the policy SDK would throw. */
export function readField(holder: object, key: string | number): unknown {
    try {
        return (holder as Record<string | number, unknown>)[key];
    } catch (error) {
        if (error instanceof UnknownValueError) {
            return UNKNOWN;
        }
        throw error;
    }
}

/**
 * Copies what a policy receives. Its first read of an unknown would throw and end the policy; in the copy every
 * unknown is a value like any other, so that whatever is known can still be judged. Fields that are null are left out.
 */
export function copyKnown(value: unknown): unknown {
    if (Array.isArray(value)) {
        return Array.from({ length: value.length }, (_, index) => copyKnown(readField(value, index)));
    }
    if (value === null || typeof value !== "object") {
        return value;
    }
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
        const field = copyKnown(readField(value, key));
        if (field !== undefined && field !== null) {
            copy[key] = field;
        }
    }
    return copy;
}

/** Whether a value is an object with fields, and so neither a list nor unknown. */
export function isProperties(value: unknown): value is Properties {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Notes which fields a check wanted and could not know. */
export class Reads {
    readonly #unknown = new Set<string>();

    /** @param partial whether what is absent may be set by another owner of the object, as in a server-side apply patch */
    constructor(readonly partial = false) {}

    /** Remembers that the field at `path` could not be judged. */
    note(path: string): void {
        this.#unknown.add(path);
    }

    /** Paths of the fields that were wanted and unknown, in order of reading. */
    get unknown(): string[] {
        return [...this.#unknown];
    }
}

/** Keys from the properties of a resource down to a field. */
export type Keys = readonly (string | number)[];

/** `spec.containers[0].image`. */
export function pathOf(keys: Keys): string {
    return keys.reduce<string>((path, key) => {
        if (typeof key === "number") {
            return `${path}[${key}]`;
        }
        return /^[A-Za-z]\w*$/.test(key) ? `${path}${path === "" ? "" : "."}${key}` : `${path}["${key}"]`;
    }, "");
}

/** A value with its place in the resource. */
export class Field {
    /**
     * @param keys where the value stands
     * @param raw the value, {@link UNKNOWN}, or undefined when it is absent
     * @param reads receives the paths of unknown values that are asked for
     * @param unknownAt place of the nearest ancestor that is unknown
     */
    constructor(readonly keys: Keys, readonly raw: unknown, readonly reads: Reads, private readonly unknownAt = keys) {}

    /** The place in words, such as `spec.containers[0].image`. */
    get path(): string {
        return pathOf(this.keys);
    }

    /** The field below this one; absent when this one is absent, unknown when this one is unknown. */
    at(...keys: readonly string[]): Field {
        return keys.reduce<Field>((field, key) => field.#below(key), this);
    }

    #below(key: string): Field {
        const keys = [...this.keys, key];
        return this.raw === UNKNOWN
            ? new Field(keys, UNKNOWN, this.reads, this.unknownAt)
            : new Field(keys, isProperties(this.raw) && Object.hasOwn(this.raw, key) ? this.raw[key] : undefined, this.reads);
    }

    /** The elements of a list; none when it is absent. An unknown list is noted and has none. */
    items(): Field[] {
        this.#noteUnknown();
        return Array.isArray(this.raw)
            ? this.raw.map((item: unknown, index) => new Field([...this.keys, index], item ?? undefined, this.reads))
            : [];
    }

    /** The fields of a map by key; none when it is absent. An unknown map is noted and has none. */
    entries(): [key: string, value: Field][] {
        this.#noteUnknown();
        return isProperties(this.raw) ? Object.keys(this.raw).map(key => [key, this.at(key)]) : [];
    }

    /**
     * The value, undefined when absent.
     * @param compliant taken in place of a value that cannot be known, which is noted as not judged
     */
    value(compliant?: unknown): unknown {
        this.#noteUnknown();
        return this.raw === UNKNOWN || (this.raw === undefined && this.reads.partial) ? compliant : this.raw;
    }

    /** The value when it is a string, else "". An unknown string is noted. */
    text(): string {
        const value = this.value("");
        return typeof value === "string" ? value : "";
    }

    /** Whether the value is unknown; asking notes nothing. */
    get isUnknown(): boolean {
        return this.raw === UNKNOWN;
    }

    /** Whether there is a value, known or not; asking notes nothing. */
    get isPresent(): boolean {
        return this.raw !== undefined;
    }

    #noteUnknown(): void {
        if (this.raw === UNKNOWN) {
            this.reads.note(pathOf(this.unknownAt));
        }
    }
}
