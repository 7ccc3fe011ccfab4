import { Reader, Writer } from "protobufjs/minimal";

/** Calls `field` with the number of each field of a message; what it does not read is skipped. */
export function eachField(message: Uint8Array, field: (number: number, reader: Reader) => void): void {
    const reader = Reader.create(message);
    while (reader.pos < reader.len) {
        const tag = reader.uint32();
        const begin = reader.pos;
        field(tag >>> 3, reader);
        if (reader.pos === begin) {
            reader.skipType(tag & 7);
        }
    }
}

/** The values of a message's fields by their numbers; messages within it are in their transport form. */
export type Fields = Readonly<Record<number, string | number | boolean | Uint8Array | readonly Uint8Array[]>>;

/**
 * Writes a message; its numbers are whole. Generated classes take a tenth of a second to load and to describe the pack with,
 * for which every preview would wait.
 */
export function writeMessage(fields: Fields): Uint8Array {
    const writer = Writer.create();
    for (const [number, value] of Object.entries(fields)) {
        const tag = Number(number) << 3;
        if (typeof value === "string") {
            writer.uint32(tag | 2).string(value);
        } else if (typeof value === "number" || typeof value === "boolean") {
            writer.uint32(tag).uint32(Number(value));
        } else {
            [value].flat().forEach((part: Uint8Array) => writer.uint32(tag | 2).bytes(part));
        }
    }
    return writer.finish();
}
