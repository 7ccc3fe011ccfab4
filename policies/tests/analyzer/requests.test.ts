import { AnalyzeRequest, AnalyzeStackRequest, AnalyzerProviderResource, AnalyzerResource, AnalyzerResourceOptions } from "@pulumi/pulumi/proto/analyzer_pb";
import fc from "fast-check";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import assert from "node:assert/strict";
import { readResource, readResources } from "../../analyzer/requests";
import { readStruct, writeStruct } from "../../analyzer/struct";

const properties = fc.dictionary(fc.string().filter(key => key !== "__proto__"), fc.jsonValue({ noUnicodeString: false }), { maxKeys: 5 });
const struct = (value: object): Struct => Struct.fromJavaScript(value as Record<string, JavaScriptValue>);

describe("Reading what the engine sends", () => {
    it("gives of a Struct what the generated reader gives, and writes what that reader reads", () => {
        fc.assert(fc.property(properties, value => {
            const bytes = struct(value).serializeBinary();
            assert.deepEqual(readStruct(bytes), Struct.deserializeBinary(bytes).toJavaScript());
            assert.deepEqual(Struct.deserializeBinary(writeStruct({ ...value, absent: undefined })).toJavaScript(), readStruct(bytes));
        }));
    });

    for (const Message of [AnalyzeRequest, AnalyzerResource]) {
        it(`gives of a resource in ${Message === AnalyzeRequest ? "a request" : "a stack"} its type, URN, provider and properties, and skips the rest`, () => {
            fc.assert(fc.property(properties, fc.string(), fc.string(), fc.option(fc.string()), (value, type, urn, cluster) => {
                const options = new AnalyzerResourceOptions();
                options.setProtect(true);
                options.setParent("parent");
                const message = new Message();
                message.setType(type);
                message.setUrn(urn);
                message.setName("name");
                message.setOptions(options);
                message.setProperties(struct(value));
                if (cluster !== null) {
                    const provider = new AnalyzerProviderResource();
                    provider.setUrn(cluster);
                    provider.setProperties(struct({ kubeconfig: "secret" }));
                    message.setProvider(provider);
                }
                const read = readResource(message.serializeBinary());
                assert.deepEqual([read.type, read.urn, read.provider?.urn], [type, urn, cluster ?? undefined]);
                assert.deepEqual(read.sentProperties(), struct(value).toJavaScript());
            }));
        });
    }

    it("gives every resource of a stack in its order", () => {
        const request = new AnalyzeStackRequest();
        request.setResourcesList(["a", "b", "c"].map(urn => {
            const resource = new AnalyzerResource();
            resource.setUrn(urn);
            resource.setDependenciesList(["a"]);
            return resource;
        }));
        assert.deepEqual(readResources(request.serializeBinary()).map(({ urn }) => urn), ["a", "b", "c"]);
    });

    it("gives properties once, without the marks of secrets and without nulls", () => {
        const request = new AnalyzeRequest();
        request.setProperties(struct({
            data: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: { key: "value", none: null } },
        }));
        const read = readResource(request.serializeBinary());
        assert.deepEqual(read.props, { data: { key: "value" } });
        assert.equal(read.props, read.props);
    });
});
