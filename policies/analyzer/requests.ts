import type { EnforcementLevel } from "@pulumi/policy";
import { known } from "../framework/field";
import type { Properties } from "../framework/field";
import type { EngineResource } from "../framework/kubernetesObject";
import type { PolicyConfiguration } from "./analyzer";
import { levels } from "./responses";
import { readStruct } from "./struct";
import { eachField } from "./transport";

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
    let type = "";
    let urn = "";
    let properties: Uint8Array = new Uint8Array();
    let provider: { urn: string } | undefined;
    eachField(message, (number, reader) => {
        switch (number) {
            case 1: type = reader.string(); break;
            case 2: properties = reader.bytes(); break;
            case 3: urn = reader.string(); break;
            case 6: provider = { urn: readResource(reader.bytes()).urn }; break;
        }
    });
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
    const resources: SentResource[] = [];
    eachField(message, (number, reader) => {
        if (number === 1) {
            resources.push(readResource(reader.bytes()));
        }
    });
    return resources;
}

const levelNames = new Map(Object.entries(levels).map(([name, level]) => [level, name as EnforcementLevel]));

function readPolicyConfiguration(message: Uint8Array): PolicyConfiguration {
    let level = 0;
    let settings: Record<string, unknown> = {};
    eachField(message, (number, reader) => {
        switch (number) {
            case 1: level = reader.uint32(); break;
            case 2: settings = readStruct(reader.bytes()); break;
        }
    });
    return { level: levelNames.get(level), settings };
}

/** Reads the configuration of each policy from a ConfigureAnalyzerRequest. */
export function readConfiguration(message: Uint8Array): Record<string, PolicyConfiguration> {
    const configurations: Record<string, PolicyConfiguration> = {};
    eachField(message, (_, map) => {
        let policy = "";
        let configuration: PolicyConfiguration = { settings: {} };
        eachField(map.bytes(), (number, reader) => {
            switch (number) {
                case 1: policy = reader.string(); break;
                case 2: configuration = readPolicyConfiguration(reader.bytes()); break;
            }
        });
        configurations[policy] = configuration;
    });
    return configurations;
}
