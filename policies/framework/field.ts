/** Stands for a value that is known only after the update. */
export const UNKNOWN: unique symbol = Symbol("not known until the update");

/** An object whose fields may be {@link UNKNOWN}. */
export type Properties = Readonly<Record<string, unknown>>;

// What the engine sends in place of a value that is not known yet, of each type, and what marks a secret.
// https://github.com/pulumi/pulumi/blob/sdk/v3.248.0/sdk/go/common/resource/plugin/rpc.go
const unknowns: ReadonlySet<unknown> = new Set([
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", "3eeb2bf0-c639-47a8-9e75-3b44932eb421", "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", "030794c1-ac77-496b-92df-f27374a8bd58", "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** The value that is marked as a secret, or the value as it is. */
export function unwrapped(value: unknown): unknown {
    return isProperties(value) && value[signatureKey] === secretSignature ? unwrapped(value["value"]) : value;
}

/**
 * Copies what the engine sends, with every unknown as a value like any other, so that whatever is known can be judged, and
 * secrets without their mark. Fields that are null are left out.
 */
export function known(value: unknown): unknown {
    if (Array.isArray(value)) {
        // A list of the policy SDK is a proxy, whose own map() would make another proxy.
        return Array.from(value, item => known(item));
    }
    if (value === null || typeof value !== "object") {
        return unknowns.has(value) ? UNKNOWN : value;
    }
    const content = unwrapped(value);
    if (content !== value) {
        return known(content);
    }
    const copy: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(value)) {
        const read = known(field);
        if (read !== undefined && read !== null) {
            copy[key] = read;
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
