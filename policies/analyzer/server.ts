import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { Policy } from "../framework/policy";
import { Analyzer } from "./analyzer";
import { readResource, readResources } from "./requests";
import type { PackDescription } from "./responses";
import { readConfiguration, writeDiagnostics, writeInfo, writeRemediations } from "./responses";

/** Messages hold all resources of a program: as many bytes as the engine's own limit allows. */
const maximumMessageBytes = 400 * 1024 * 1024;

/** Answers to the engine by name of the method; what is left out it can do without. */
function methods(pack: PackDescription, policies: readonly Policy[]): Record<string, (request: Buffer) => Uint8Array> {
    const analyzer = new Analyzer(policies);
    return {
        GetPluginInfo: () => {
            const info = new PluginInfo();
            info.setVersion(pack.version);
            return info.serializeBinary();
        },
        GetAnalyzerInfo: () => writeInfo(pack, policies),
        Configure: request => {
            analyzer.configure(readConfiguration(request));
            return new Uint8Array();
        },
        Remediate: request => {
            const resource = readResource(request);
            return writeRemediations(pack, analyzer.remediate(resource, resource.sentProperties));
        },
        Analyze: request => writeDiagnostics(pack, analyzer.analyze(readResource(request))),
        AnalyzeStack: request => writeDiagnostics(pack, analyzer.analyzeStack(readResources(request))),
    };
}

/** The engine shows it in place of an answer. What a policy did not foresee needs the place where it happened. */
function describeError({ message, cause }: Error): string {
    return cause instanceof Error ? `${message}: ${cause.stack}` : message;
}

/**
 * The service that the engine asks about a policy pack.
 *
 * `PolicyPack` of the policy SDK offers the same, and reads each resource anew for each policy; with many policies that takes
 * longer than judging.
 * {@link https://github.com/pulumi/pulumi/blob/sdk/v3.248.0/proto/pulumi/analyzer.proto} describes the messages.
 */
export function analyzerServer(pack: PackDescription, policies: readonly Policy[]): Server {
    const server = new Server({ "grpc.max_receive_message_length": maximumMessageBytes, "grpc.enable_channelz": 0 });
    const service: Record<string, ServiceDefinition[string]> = {};
    const implementation: UntypedServiceImplementation = {};
    for (const [name, answer] of Object.entries(methods(pack, policies))) {
        const identity = (bytes: Buffer): Buffer => bytes;
        service[name] = {
            path: `/pulumirpc.Analyzer/${name}`, requestStream: false, responseStream: false,
            requestSerialize: identity, requestDeserialize: identity, responseSerialize: identity, responseDeserialize: identity,
        };
        implementation[name] = (call: { request: Buffer }, callback: (error: object | null, response?: Buffer) => void) => {
            try {
                callback(null, Buffer.from(answer(call.request)));
            } catch (error) {
                callback({ code: status.UNKNOWN, details: describeError(error as Error) });
            }
        };
    }
    server.addService(service, implementation);
    return server;
}

/** Opens a free port of loopback, where the service answers until the process ends. */
export function listen(server: Server): Promise<number> {
    return new Promise((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => error ? reject(error) : resolve(port));
    });
}
