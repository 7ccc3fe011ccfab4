import type { ServiceError } from "@grpc/grpc-js";
import { credentials, status } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { AnalyzeResponse, AnalyzerInfo, RemediateResponse } from "@pulumi/pulumi/proto/analyzer_pb";
import {
    AnalyzeRequest, AnalyzerHandshakeRequest, AnalyzerResource, AnalyzeStackRequest, ConfigureAnalyzerRequest, EnforcementLevel,
    PolicyConfig, PolicySeverity, PolicyType,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import assert from "node:assert/strict";
import type { Http2Server } from "node:http2";
import { grpcServer, listen } from "../../analyzer/grpc";
import { analyzerService } from "../../analyzer/service";
import type { Policy } from "../../framework/policy";
import { policies } from "../../pack";
import type { Json } from "../compliant";
import { container, deployment } from "../compliant";

const pack = { name: "pack", displayName: "The pack", description: "Judges.", version: "1.2.3" };
const struct = (value: Json): Struct => Struct.fromJavaScript(value as Record<string, JavaScriptValue>);

describe("Answering the engine", () => {
    let server: Http2Server;
    let client: AnalyzerClient;

    async function serve(served: readonly Policy[]): Promise<void> {
        server = grpcServer(analyzerService(pack, served));
        client = new AnalyzerClient(`127.0.0.1:${await listen(server)}`, credentials.createInsecure(), {
            "grpc.max_receive_message_length": -1,
        });
    }

    afterEach(() => {
        client.close();
        server.close();
    });

    /** Calls a method as the engine does. */
    function ask<T>(method: keyof AnalyzerClient & string, request: object): Promise<T> {
        return new Promise((resolve, reject) => {
            const call = client[method] as unknown as (request: object, done: (error: ServiceError | null, response: T) => void) => void;
            call.call(client, request, (error, response) => error ? reject(error) : resolve(response));
        });
    }

    function requestFor(props: Json): AnalyzeRequest {
        const request = new AnalyzeRequest();
        request.setType("kubernetes:apps/v1:Deployment");
        request.setUrn("urn:pulumi:test::program::kubernetes:apps/v1:Deployment::web");
        request.setProperties(struct(props));
        return request;
    }

    function configuration(policy: string, level: EnforcementLevel, settings: Json = {}): ConfigureAnalyzerRequest {
        const config = new PolicyConfig();
        config.setEnforcementlevel(level);
        config.setProperties(struct(settings));
        const request = new ConfigureAnalyzerRequest();
        request.getPolicyconfigMap().set(policy, config);
        return request;
    }

    const latest = deployment({ containers: [container({ image: "registry.example.com/web:latest" })] }).props;
    const said = (response: AnalyzeResponse): [policy: string, level: EnforcementLevel][] =>
        response.getDiagnosticsList().map(diagnostic => [diagnostic.getPolicyname(), diagnostic.getEnforcementlevel()]);

    it("describes the pack and each policy", async () => {
        await serve(policies());
        const info = await ask<AnalyzerInfo>("getAnalyzerInfo", new Empty());
        assert.deepEqual([info.getName(), info.getDisplayname(), info.getVersion(), info.getSupportsconfig()], ["pack", "The pack", "1.2.3", true]);
        const infos = new Map(info.getPoliciesList().map(policy => [policy.getName(), policy]));
        assert.deepEqual([...infos.keys()], policies().map(({ rule }) => rule.id));
        const imageTag = infos.get("imageTag")!;
        assert.equal(imageTag.getEnforcementlevel(), EnforcementLevel.MANDATORY);
        assert.notEqual(imageTag.getSeverity(), PolicySeverity.POLICY_SEVERITY_UNSPECIFIED);
        assert.deepEqual(Object.keys(imageTag.getConfigschema()!.getProperties()!.toJavaScript()).sort(), ["exempt", "forbiddenTags"]);
        assert.ok(imageTag.getFramework()!.getName() && imageTag.getRemediationSteps() && imageTag.getUrl() && imageTag.getDescription());
        assert.deepEqual(["imageTag", "networkPolicy", "podSecurity"].map(name => infos.get(name)!.getPolicyType()),
            [PolicyType.POLICY_TYPE_RESOURCE, PolicyType.POLICY_TYPE_STACK, PolicyType.POLICY_TYPE_RESOURCE]);
        assert.equal((await ask<PluginInfo>("getPluginInfo", new Empty())).getVersion(), "1.2.3");
    });

    it("judges a resource, by default and as configured", async () => {
        await serve(policies());
        const response = await ask<AnalyzeResponse>("analyze", requestFor(latest));
        assert.deepEqual(said(response), [["imageTag", EnforcementLevel.MANDATORY]]);
        const [diagnostic] = response.getDiagnosticsList();
        assert.deepEqual([diagnostic!.getPolicypackname(), diagnostic!.getPolicypackversion(), diagnostic!.getUrn()], ["pack", "1.2.3", requestFor({}).getUrn()]);
        assert.match(diagnostic!.getMessage(), /registry\.example\.com\/web:latest/);
        for (const [level, expected] of [
            [EnforcementLevel.ADVISORY, [["imageTag", EnforcementLevel.ADVISORY]]],
            [EnforcementLevel.REMEDIATE, [["imageTag", EnforcementLevel.MANDATORY]]],
            [EnforcementLevel.DISABLED, []],
        ] as const) {
            await ask("configure", configuration("imageTag", level));
            assert.deepEqual(said(await ask("analyze", requestFor(latest))), expected);
        }
        await ask("configure", configuration("imageTag", EnforcementLevel.MANDATORY, { exempt: [{ name: "web", reason: "A reason to do so." }] }));
        assert.deepEqual(said(await ask("analyze", requestFor(latest))), []);
    });

    it("judges all resources together", async () => {
        await serve(policies());
        const request = requestFor(deployment().props);
        await ask("analyze", request);
        const resource = new AnalyzerResource();
        resource.setType(request.getType());
        resource.setUrn(request.getUrn());
        const stack = new AnalyzeStackRequest();
        stack.setResourcesList([resource]);
        assert.deepEqual(said(await ask("analyzeStack", stack)).map(([policy]) => policy), ["networkPolicy"]);
    });

    it("changes a resource only where a policy is set to", async () => {
        await serve(policies());
        const bare = requestFor(deployment({ automountServiceAccountToken: undefined }).props);
        assert.deepEqual((await ask<RemediateResponse>("remediate", bare)).getRemediationsList(), []);
        await ask("configure", configuration("serviceAccountToken", EnforcementLevel.REMEDIATE));
        const [remediation] = (await ask<RemediateResponse>("remediate", bare)).getRemediationsList();
        assert.equal(remediation!.getPolicyname(), "serviceAccountToken");
        const filled = deployment({ automountServiceAccountToken: false }).props;
        assert.deepEqual(remediation!.getProperties()!.toJavaScript(), JSON.parse(JSON.stringify(filled)));
    });

    it("refuses a setting that a policy does not have", async () => {
        await serve(policies());
        await assert.rejects(ask("configure", configuration("imageTag", EnforcementLevel.MANDATORY, { forbidden: [] })), {
            details: 'policy imageTag has no setting "forbidden"; it has forbiddenTags, exempt. Correct the file given with --policy-pack-config',
        });
    });

    it("names the policy that failed, the resource and the place", async () => {
        const [{ rule }] = policies() as [Policy];
        await serve([{ rule, configure: () => undefined, judgeResource: () => { throw new TypeError("unforeseen: é, 100 % \ud800"); } }]);
        await assert.rejects(ask("analyze", requestFor({})), ({ details }: ServiceError) => {
            const [what, where] = details.split("\n");
            assert.equal(what, `policy podSecurity failed on ${requestFor({}).getUrn()}: TypeError: unforeseen: é, 100 % \ufffd`);
            assert.match(where!, /^ +at .*service\.test\.ts/);
            return true;
        });
    });

    it("takes and gives messages larger than any window, many at once", async () => {
        await serve(policies());
        const data = { blob: "x".repeat(20_000_000) };
        const request = requestFor({ ...latest, data });
        request.setUrn("urn::web");
        const responses = await Promise.all(Array.from({ length: 3 }, () => ask<AnalyzeResponse>("analyze", request)));
        assert.deepEqual(responses.map(said), Array(3).fill([["imageTag", EnforcementLevel.MANDATORY]]));
        const long = "é%\n".repeat(2_000_000);
        const [{ rule }] = policies() as [Policy];
        client.close();
        server.close();
        await serve([{ rule, configure: () => undefined, judgeResource: (_, report) => report({ message: long, urn: "" }) }]);
        const [diagnostic] = (await ask<AnalyzeResponse>("analyze", requestFor({}))).getDiagnosticsList();
        assert.equal(diagnostic!.getMessage(), long);
    });

    it("says of a method that it is not there what the engine takes for that", async () => {
        await serve(policies());
        await assert.rejects(ask("handshake", new AnalyzerHandshakeRequest()), { code: status.UNIMPLEMENTED });
    });
});
