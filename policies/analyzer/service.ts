import type { Policy } from "../framework/policy";
import { Analyzer } from "./analyzer";
import type { Method } from "./grpc";
import { readConfiguration, readResource, readResources } from "./requests";
import type { PackDescription } from "./responses";
import { writeDiagnostics, writeInfo, writePluginInfo, writeRemediations } from "./responses";

/**
 * What the engine asks of a policy pack, by the path of the method; what is left out it can do without.
 *
 * `PolicyPack` of the policy SDK answers the same, and reads each resource anew for each policy; with many policies that takes
 * longer than judging.
 * {@link https://github.com/pulumi/pulumi/blob/sdk/v3.248.0/proto/pulumi/analyzer.proto} describes the messages.
 */
export function analyzerService(pack: PackDescription, policies: readonly Policy[]): Record<string, Method> {
    const analyzer = new Analyzer(policies);
    return {
        "/pulumirpc.Analyzer/GetPluginInfo": () => writePluginInfo(pack),
        "/pulumirpc.Analyzer/GetAnalyzerInfo": () => writeInfo(pack, policies),
        "/pulumirpc.Analyzer/Configure": request => {
            analyzer.configure(readConfiguration(request));
            return new Uint8Array();
        },
        "/pulumirpc.Analyzer/Remediate": request => {
            const resource = readResource(request);
            return writeRemediations(pack, analyzer.remediate(resource, resource.sentProperties));
        },
        "/pulumirpc.Analyzer/Analyze": request => writeDiagnostics(pack, analyzer.analyze(readResource(request))),
        "/pulumirpc.Analyzer/AnalyzeStack": request => writeDiagnostics(pack, analyzer.analyzeStack(readResources(request))),
    };
}
