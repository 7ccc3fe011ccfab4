import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import type { Server} from "node:http";
import { createServer } from "node:http";
import type { AddressInfo, Socket} from "node:net";
import { createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import type { ShellScript } from "../../../components/kit/textFile";
import { loadGeneratorScript } from "../../../components/platforms/taskflow/content";
import { HOST, eventually, freePort, program, run, runSync, temporaryFolder } from "../../harness/daemons/daemon";

describe("the load generator under busybox sh", () => {
    let folder: string;
    let api: Server;
    let baseUrl: string;
    let requests: string[];
    let status = 200;

    before(async () => {
        folder = temporaryFolder("load-generator");
        runSync(program("busybox", "busybox"), ["--install", "-s", folder]);
        api = createServer((request, response) => {
            requests.push(`${request.method} ${request.url}`);
            response.statusCode = status;
            response.end("{}");
        });
        await new Promise<void>(resolve => api.listen(0, HOST, resolve));
        baseUrl = `http://${HOST}:${(api.address() as AddressInfo).port}`;
    });
    beforeEach(() => {
        requests = [];
        status = 200;
    });
    after(async () => {
        api.closeAllConnections();
        await new Promise(resolve => api.close(resolve));
        rmSync(folder, { recursive: true, force: true });
    });

    const generate = ({ text, environment }: ShellScript) => run(join(folder, "sh"), ["-c", text], { env: { ...environment, PATH: folder } });
    const documented = ["GET /tasks", "GET /tasks?priority=high", "GET /tasks?completed=false", "GET /stats"];

    it("T-124 T-125: asks the four addresses in turn, silently, and ends 0 after its duration", async () => {
        const { code, stdout, stderr } = await generate(loadGeneratorScript({ baseUrl, durationSeconds: 2, stress: false }));
        assert.deepEqual([code, stdout, stderr], [0, "", ""]);
        assert.ok(requests.length >= 4, `${requests.length} requests`);
        assert.deepEqual(requests, requests.map((_, index) => documented[index % 4]));
    });

    it("T-128: burns CPU as a fifth address when asked to", async () => {
        await generate(loadGeneratorScript({ baseUrl, durationSeconds: 1, stress: true }));
        assert.deepEqual(requests.slice(0, 5), [...documented, "GET /stress?duration=1"]);
    });

    it("T-124: ignores errors of the API and an API that is not there", async () => {
        status = 503;
        const failing = await generate(loadGeneratorScript({ baseUrl, durationSeconds: 1, stress: false }));
        assert.deepEqual([failing.code, failing.stdout, failing.stderr], [0, "", ""]);
        assert.deepEqual(requests.slice(0, 4), documented);
        const absent = loadGeneratorScript({ baseUrl: `http://${HOST}:${await freePort()}`, durationSeconds: 1, stress: false });
        const { code, stdout, stderr } = await generate(absent);
        assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    });

    it("T-125: ends 0 after its duration while a request hangs", async () => {
        const silent = createTcpServer();
        await new Promise<void>(resolve => silent.listen(0, HOST, resolve));
        const sockets: Socket[] = [];
        silent.on("connection", socket => sockets.push(socket));
        const hanging = `http://${HOST}:${(silent.address() as AddressInfo).port}`;
        const { text, environment } = loadGeneratorScript({ baseUrl: hanging, durationSeconds: 3, stress: false });
        const child = spawn(join(folder, "sh"), ["-c", text], { env: { ...environment, PATH: folder }, stdio: "ignore" });
        const ended = once(child, "exit");
        await eventually("the first request hangs", () => assert.equal(sockets.length, 1));
        assert.deepEqual(await ended, [0, null]);
        assert.equal(sockets.length, 1);
        sockets.forEach(socket => socket.destroy());
        silent.close();
    });

    it("T-125: ends at once when the Job is deleted", async () => {
        const { text, environment } = loadGeneratorScript({ baseUrl, durationSeconds: 3600, stress: false });
        const child = spawn(join(folder, "sh"), ["-c", text], { env: { ...environment, PATH: folder }, stdio: "ignore" });
        const ended = once(child, "exit");
        await eventually("the first round is over", () => assert.ok(requests.length > 4));
        child.kill("SIGTERM");
        assert.deepEqual(await ended, [0, null]);
    });
});
