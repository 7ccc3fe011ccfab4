import { AnalyzeRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import assert from "node:assert/strict";
import type { Deserialization, StructClass } from "../framework/deserialization";
import { keepStructs, readPropertiesOnce } from "../framework/deserialization";
import { readStruct } from "../framework/struct";

describe("Reading properties for many policies", () => {
    const reads: boolean[] = [];
    const sdk: Deserialization = { deserializeProperties: (_, proxySecrets) => (reads.push(proxySecrets), { read: reads.length }) };
    readPropertiesOnce(sdk);

    beforeEach(() => reads.splice(0));

    it("happens when a policy asks for a property and once for each resource", () => {
        const [one, other] = [{}, {}];
        const [first, second, third] = [one, one, other].map(properties => sdk.deserializeProperties(properties, false));
        assert.ok(first instanceof Object);
        assert.deepEqual(reads, []);
        assert.deepEqual([first, second, third].map(properties => properties!["read"]), [1, 1, 2]);
        assert.deepEqual(Object.keys(first!), ["read"]);
        assert.deepEqual(reads, [false, false]);
    });

    it("happens anew for each remediation, which may change what it gets", () => {
        const properties = {};
        const changed = sdk.deserializeProperties(properties, true);
        changed["added"] = "value";
        assert.deepEqual({ ...changed }, { read: 1, added: "value" });
        assert.deepEqual({ ...sdk.deserializeProperties(properties, true) }, { read: 2 });
        assert.deepEqual(reads, [true, true]);
    });

    it("finds the function in the SDK that is pinned", () => {
        const { deserializeProperties } = require("@pulumi/policy/deserialize") as Deserialization;
        assert.equal(deserializeProperties.length, 2);
    });
});

describe("Reading a Struct", () => {
    const original = Struct.deserializeBinaryFromReader;
    const structs = fc.dictionary(fc.string().filter(key => key !== "__proto__"), fc.jsonValue({ noUnicodeString: false }), { maxKeys: 5 });

    afterEach(() => Struct.deserializeBinaryFromReader = original);

    it("gives what the SDK's own reader gives", () => {
        fc.assert(fc.property(structs, properties => {
            const bytes = Struct.fromJavaScript(properties as Record<string, JavaScriptValue>).serializeBinary();
            assert.deepEqual(readStruct(bytes), Struct.deserializeBinary(bytes).toJavaScript());
        }));
    });

    it("leaves the fields of a request around it as they are", () => {
        fc.assert(fc.property(structs, fc.string(), (properties, name) => {
            const request = new AnalyzeRequest();
            request.setType("type");
            request.setProperties(Struct.fromJavaScript(properties as Record<string, JavaScriptValue>));
            request.setName(name);
            const bytes = request.serializeBinary();
            Struct.deserializeBinaryFromReader = original;
            const expected = AnalyzeRequest.deserializeBinary(bytes);
            keepStructs(Struct as unknown as StructClass);
            const kept = AnalyzeRequest.deserializeBinary(bytes);
            assert.deepEqual([kept.getType(), kept.getName()], ["type", name]);
            assert.deepEqual(kept.getProperties()!.toJavaScript(), expected.getProperties()!.toJavaScript());
        }));
    });
});
