import { Reader, Writer } from "protobufjs/minimal";
import { writeMessage } from "./transport";

/**
 * Reads a `google.protobuf.Struct` from its transport form.
 * {@link https://protobuf.dev/reference/protobuf/google.protobuf/#struct} has the numbers of the fields.
 */
export function readStruct(bytes: Uint8Array): Record<string, unknown> {
    return readFields(Reader.create(bytes), bytes.length);
}

function readFields(reader: Reader, end: number): Record<string, unknown> {
    const fields: Record<string, unknown> = {};
    while (reader.pos < end) {
        reader.uint32();
        const entryEnd = reader.uint32() + reader.pos;
        let key = "";
        let value: unknown = null;
        while (reader.pos < entryEnd) {
            if (reader.uint32() >>> 3 === 1) {
                key = reader.string();
            } else {
                value = readValue(reader, reader.uint32() + reader.pos);
            }
        }
        fields[key] = value;
    }
    return fields;
}

function readList(reader: Reader, end: number): unknown[] {
    const list: unknown[] = [];
    while (reader.pos < end) {
        reader.uint32();
        list.push(readValue(reader, reader.uint32() + reader.pos));
    }
    return list;
}

function readValue(reader: Reader, end: number): unknown {
    let value: unknown = null;
    while (reader.pos < end) {
        const tag = reader.uint32();
        switch (tag >>> 3) {
            case 2: value = reader.double(); break;
            case 3: value = reader.string(); break;
            case 4: value = reader.bool(); break;
            case 5: value = readFields(reader, reader.uint32() + reader.pos); break;
            case 6: value = readList(reader, reader.uint32() + reader.pos); break;
            default: reader.skipType(tag & 7);
        }
    }
    return value;
}

/** Writes a `google.protobuf.Struct`. Fields that are undefined are left out. */
export function writeStruct(fields: object): Uint8Array {
    const present = Object.entries(fields).filter(([, value]) => value !== undefined);
    return writeMessage({ 1: present.map(([key, value]) => writeMessage({ 1: key, 2: writeValue(value) })) });
}

function writeValue(value: unknown): Uint8Array {
    switch (typeof value) {
        case "number": return Writer.create().uint32(2 << 3 | 1).double(value).finish();
        case "string": return writeMessage({ 3: value });
        case "boolean": return writeMessage({ 4: value });
    }
    if (Array.isArray(value)) {
        return writeMessage({ 6: writeMessage({ 1: value.map(writeValue) }) });
    }
    return writeMessage(value ? { 5: writeStruct(value) } : { 1: 0 });
}
