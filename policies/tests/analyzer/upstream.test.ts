import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { descriptions } from "../../pack";

const folder = resolve(__dirname, "../..");

describe("Started by upstream's language host", () => {
    // https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/nodejs/cmd/pulumi-language-nodejs/main.go, RunPlugin
    for (const server of ["its own", "sdk"]) it(`through the SDK's runner, in the pack's folder, with the runtime's options; server: ${server}`, async () => {
        const nodeargs = /nodeargs: (.+)/.exec(readFileSync(resolve(folder, "PulumiPolicy.yaml"), "utf8"))![1]!;
        const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
        const pack = spawn(process.execPath, [runner, ...nodeargs.split(" "), "127.0.0.1:1", folder],
            { cwd: folder, stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, POLICY_SERVER: server } });
        const ended = once(pack, "exit");
        try {
            const early = ended.then(([code]) => assert.fail(`the pack ended with code ${code}`));
            const [port] = await Promise.race([once(createInterface(pack.stdout), "line"), early]) as [string];
            const client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
            const info = await new Promise<AnalyzerInfo>((answered, failed) =>
                client.getAnalyzerInfo(new Empty(), (error, answer) => error ? failed(error) : answered(answer)));
            client.close();
            assert.deepEqual(info.getPoliciesList().map(policy => policy.getName()), descriptions.map(({ id }) => id));
        } finally {
            pack.kill();
            await ended;
        }
    });
});
