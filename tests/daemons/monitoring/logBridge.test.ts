import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { logBridgePorts } from "../../../components/monitoring/logs/logBridge";
import { HOST, run, temporaryFolder } from "../../harness/daemons/daemon";
import type { Bridge } from "./logBridgeServer";
import { benthosProgram, layDownBridge, startBridge } from "./logBridgeServer";

describe("the log bridge's configuration in the engine of Redpanda Connect, with an HTTP server in place of Redis", () => {
    let folder: string;
    let server: Server;
    let bridge: Bridge | undefined;
    let kept: string[];
    let refuses: boolean;

    before(async () => {
        server = createServer((request, response) => {
            let body = "";
            request.setEncoding("utf8").on("data", (text: string) => body += text).on("end", () => {
                response.statusCode = refuses ? 500 : 200;
                kept.push(...(refuses ? [] : [body]));
                response.end();
            });
        });
        await new Promise<void>(resolve => server.listen(0, HOST, resolve));
    });
    beforeEach(() => {
        [folder, kept, refuses] = [temporaryFolder("bridge"), [], false];
    });
    afterEach(async () => {
        await bridge?.daemon.stop();
        bridge = undefined;
        rmSync(folder, { recursive: true, force: true });
    });
    after(() => server.close());

    const output = (): object => ({ http_client: { url: `http://${HOST}:${(server.address() as AddressInfo).port}`, verb: "POST", retries: 0 } });

    it("E-171: its linter accepts every field, and refuses one that it does not know", async () => {
        const lint = (file: string): ReturnType<typeof run> => run(benthosProgram(), ["lint", file]);
        const file = layDownBridge(folder, { output: output() }, logBridgePorts);
        const { code, stdout, stderr } = await lint(file);
        assert.equal(code, 0, stdout + stderr);
        writeFileSync(file, readFileSync(file, "utf8").replace("allowed_verbs", "permitted_verbs"));
        const refused = await lint(file);
        assert.notEqual(refused.code, 0);
        assert.match(refused.stdout + refused.stderr, /permitted_verbs/);
    });

    it("E-170 E-171: each line of a list becomes an entry of its own, in order, and the sender hears when all are kept", async () => {
        bridge = await startBridge(folder, { output: output() });
        const lines = [{ log: "first", level: "info" }, { log: "second", kubernetes: { pod_name: "api-1" } }, { log: "third" }];
        assert.equal(await bridge.send(lines), 200);
        assert.deepEqual(kept.map(text => JSON.parse(text) as object), lines);
    });

    it("E-171: a line that is not kept is told to the sender, who sends it again", async () => {
        bridge = await startBridge(folder, { output: output() });
        refuses = true;
        assert.ok(await bridge.send([{ log: "lost?" }]) >= 500);
        refuses = false;
        assert.equal(await bridge.send([{ log: "lost?" }]), 200);
        assert.deepEqual(kept, [JSON.stringify({ log: "lost?" })]);
    });
});
