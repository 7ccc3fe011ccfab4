import { Reader } from "protobufjs/minimal";
import { known } from "../framework/field";
import type { Properties } from "../framework/field";
import type { EngineResource } from "../framework/kubernetesObject";
import { readStruct } from "./struct";

/** A resource as a message of the engine holds it. */
export interface SentResource extends EngineResource {
    /** Its properties in their transport form, with what marks secrets and unknown values. */
    sentProperties(): Record<string, unknown>;
}

/**
 * Reads a resource, which stands in messages of both kinds with the same numbers of fields: AnalyzeRequest and AnalyzerResource.
 * Its properties are read when something asks for them, which nothing does of most resources.
 * {@link https://github.com/pulumi/pulumi/blob/sdk/v3.248.0/proto/pulumi/analyzer.proto} has the numbers.
 */
export function readResource(message: Uint8Array): SentResource {
    const reader = Reader.create(message);
    let type = "";
    let urn = "";
    let properties: Uint8Array = new Uint8Array();
    let provider: { urn: string } | undefined;
    while (reader.pos < reader.len) {
        const tag = reader.uint32();
        switch (tag >>> 3) {
            case 1: type = reader.string(); break;
            case 2: properties = reader.bytes(); break;
            case 3: urn = reader.string(); break;
            case 6: provider = { urn: readResource(reader.bytes()).urn }; break;
            default: reader.skipType(tag & 7);
        }
    }
    let props: Properties | undefined;
    return {
        type, urn, provider,
        get props() {
            return props ??= known(readStruct(properties)) as Properties;
        },
        sentProperties: () => readStruct(properties),
    };
}

/** Reads the resources of an AnalyzeStackRequest. */
export function readResources(message: Uint8Array): SentResource[] {
    const reader = Reader.create(message);
    const resources: SentResource[] = [];
    while (reader.pos < reader.len) {
        const tag = reader.uint32();
        if (tag >>> 3 === 1) {
            resources.push(readResource(reader.bytes()));
        } else {
            reader.skipType(tag & 7);
        }
    }
    return resources;
}
