import { Reader, Writer } from "protobufjs/minimal";

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
    const writer = Writer.create();
    for (const [key, value] of Object.entries(fields).filter(([, field]) => field !== undefined)) {
        writer.uint32(1 << 3 | 2).fork().uint32(1 << 3 | 2).string(key).uint32(2 << 3 | 2).bytes(writeValue(value)).ldelim();
    }
    return writer.finish();
}

function writeList(list: readonly unknown[]): Uint8Array {
    return list.reduce<Writer>((writer, value) => writer.uint32(1 << 3 | 2).bytes(writeValue(value)), Writer.create()).finish();
}

function writeValue(value: unknown): Uint8Array {
    const writer = Writer.create();
    switch (typeof value) {
        case "number": writer.uint32(2 << 3 | 1).double(value); break;
        case "string": writer.uint32(3 << 3 | 2).string(value); break;
        case "boolean": writer.uint32(4 << 3).bool(value); break;
        default:
            if (Array.isArray(value)) {
                writer.uint32(6 << 3 | 2).bytes(writeList(value));
            } else if (value) {
                writer.uint32(5 << 3 | 2).bytes(writeStruct(value));
            } else {
                writer.uint32(1 << 3).uint32(0);
            }
    }
    return writer.finish();
}
