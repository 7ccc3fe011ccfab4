import assert from "node:assert/strict";
import type { Server} from "node:http";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { indexHtml } from "../../../components/platforms/taskflow/content";
import { HOST, eventually } from "../../harness/daemons/daemon";
import type { Frontend} from "../../harness/daemons/frontend";
import { startFrontend } from "../../harness/daemons/frontend";

interface Seen {
    url: string;
    httpVersion: string;
    headers: Record<string, unknown>;
    socket: number | undefined;
}

interface Answer {
    status: number;
    headers: Record<string, unknown>;
    rawHeaders: string[];
}

describe("nginx with the rendered configuration", () => {
    let upstream: Server;
    let upstreamPort: number;
    let seen: Seen[];
    let frontend: Frontend;

    before(async () => {
        upstream = createServer((request, response) => {
            const { url = "", httpVersion, headers, socket } = request;
            seen.push({ url, httpVersion, headers, socket: socket.remotePort });
            response.setHeader("Content-Type", "application/json");
            response.end(JSON.stringify({ padding: "x".repeat(url.includes("small") ? 10 : 2000) }));
        });
        await new Promise<void>(resolve => upstream.listen(0, HOST, resolve));
        upstreamPort = (upstream.address() as AddressInfo).port;
        frontend = await startFrontend({ upstreamPort });
    });
    beforeEach(() => {
        seen = [];
    });
    after(async () => {
        await frontend?.stop();
        upstream.closeAllConnections();
        await new Promise(resolve => upstream.close(resolve));
    });

    /** A request whose path reaches nginx as written; fetch would normalise it. */
    function raw(path: string, headers: Record<string, string> = {}): Promise<Answer> {
        return new Promise((resolve, reject) => {
            const { hostname, port } = new URL(frontend.url);
            get({ hostname, port, path, headers, agent: false }, response => {
                response.resume().once("end", () => {
                    resolve({ status: response.statusCode ?? 0, headers: response.headers, rawHeaders: response.rawHeaders });
                });
            }).once("error", reject);
        });
    }

    it("T-71 T-61: serves the page in UTF-8 with the three headers, also for unknown paths", async () => {
        for (const path of ["/", "/index.html", "/une/page/inconnue", "/apitasks", "/healthz"]) {
            const response = await fetch(frontend.url + path);
            assert.equal(response.status, 200, path);
            assert.match(response.headers.get("content-type") ?? "", /^text\/html/, path);
            assert.equal(response.headers.get("x-content-type-options"), "nosniff", path);
            assert.equal(response.headers.get("x-frame-options"), "SAMEORIGIN", path);
            assert.equal(response.headers.get("x-xss-protection"), "1; mode=block", path);
            assert.equal(await response.text(), indexHtml, path);
        }
        assert.deepEqual(seen, []);
    });

    it("T-71: adds the headers to an error answer as well", async () => {
        const refused = await fetch(frontend.url, { method: "POST" });
        assert.equal(refused.status, 405);
        assert.equal(refused.headers.get("x-content-type-options"), "nosniff");
    });

    it("T-72: removes the prefix, keeps the query and tells the API who asked", async () => {
        await raw("/api/tasks?priority=high&limit=5", { Host: "taskflow.example", "X-Forwarded-For": "192.0.2.7" });
        await raw("/api/");
        assert.deepEqual(seen.map(request => request.url), ["/tasks?priority=high&limit=5", "/"]);
        const headers = seen[0]?.headers ?? {};
        assert.equal(headers["host"], "taskflow.example");
        assert.equal(headers["x-real-ip"], HOST);
        assert.equal(headers["x-forwarded-for"], `192.0.2.7, ${HOST}`);
        assert.equal(headers["x-forwarded-proto"], "http");
    });

    it("T-75: keeps its connections to the API", async () => {
        for (let request = 0; request < 20; request++) {
            await raw("/api/stats");
        }
        assert.ok(seen.every(({ httpVersion, headers }) => httpVersion === "1.1" && headers["connection"] !== "close"));
        // Each of the two workers opens one connection and keeps it.
        assert.ok(new Set(seen.map(request => request.socket)).size <= 2);
    });

    it("T-73: answers /health itself with one plain content type, and does not log it", async () => {
        const { status, rawHeaders } = await raw("/health");
        assert.equal(status, 200);
        const types = rawHeaders.filter((_, index) => rawHeaders[index - 1]?.toLowerCase() === "content-type");
        assert.deepEqual(types, ["text/plain"]);
        assert.equal((await (await fetch(`${frontend.url}/health`)).text()).trim(), "healthy");
        await raw("/logged");
        await eventually("the access log names /logged", () => assert.match(frontend.daemon.output(), /GET \/logged/));
        assert.doesNotMatch(frontend.daemon.output(), /GET \/health /);
    });

    it("T-76: hides metrics and the CPU burner, however the path is written", async () => {
        const paths = [
            "/api/metrics", "/api/metrics?x=1", "/api//metrics", "/api/./metrics", "/api/x/../metrics", "/api/%6detrics", "/api/%2e/metrics",
            "/api/stress", "/api/stress?duration=10", "/api//stress", "/api/%73tress", "/api/tasks/%2e%2e/stress", "//api/stress",
        ];
        for (const path of paths) {
            assert.equal((await raw(path)).status, 404, path);
        }
        assert.deepEqual(seen, []);
    });

    it("T-76: stress is opened by the stack config, metrics never", async () => {
        const open = await startFrontend({ upstreamPort, exposeStress: true });
        try {
            assert.equal((await fetch(`${open.url}/api/stress?duration=1`)).status, 200);
            assert.equal((await fetch(`${open.url}/api/metrics`)).status, 404);
            assert.deepEqual(seen.map(request => request.url), ["/stress?duration=1"]);
        } finally {
            await open.stop();
        }
    });

    it("T-70: compresses JSON from 1000 bytes on", async () => {
        const large = await raw("/api/tasks", { "Accept-Encoding": "gzip" });
        assert.equal(large.headers["content-encoding"], "gzip");
        assert.equal(large.headers["vary"], "Accept-Encoding");
        assert.equal((await raw("/api/small", { "Accept-Encoding": "gzip" })).headers["content-encoding"], undefined);
        assert.equal((await raw("/api/tasks")).headers["content-encoding"], undefined);
    });

    it("T-69 T-74: starts two workers as a non-root user without a warning", () => {
        assert.equal(frontend.daemon.children().length, 2);
        assert.doesNotMatch(frontend.daemon.output(), /\[(warn|error|crit|alert|emerg)\]/);
    });
});
