// Sends HTTP requests from wherever it is started, and prints what came back. Runs by itself in a network namespace:
// node ask.mjs, with {"ca": PEM, "requests": [REQUEST], "together": NUMBER} as its input prints an array of answers;
// {"ca": PEM, "flood": REQUEST, "limit": NUMBER} sends one request again and again until it is refused with 429;
// node ask.mjs REQUEST_AND_CA repeats a request, each time with a new connection, until its input ends.
import { Buffer } from "node:buffer";
import http from "node:http";
import https from "node:https";
import process from "node:process";
import { json } from "node:stream/consumers";

/** {"address", "port", "host", "path", "from", "plain", "method", "headers", "bytes"}: an answer, or the error in its place. */
const ask = ({ address, port, host, path, from, plain, method = "GET", headers = {}, bytes = 0 }, ca, agent) => new Promise(resolve => {
    const { request } = plain ? http : https;
    const sent = request({
        host: address, port, path, method, localAddress: from, servername: host, ca, agent: agent ?? false, timeout: 20_000,
        headers: { host, ...headers, ...(bytes > 0 && { "content-length": bytes }) },
    }, response => {
        const serial = plain ? undefined : response.socket.getPeerCertificate().serialNumber;
        const chunks = [];
        response.on("data", chunk => chunks.push(chunk));
        response.on("error", error => resolve({ error: error.code ?? String(error) }));
        response.on("end", () => resolve({
            status: response.statusCode, headers: response.headers, serial, body: Buffer.concat(chunks).toString("latin1").slice(0, 2000),
        }));
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer")));
    sent.on("error", error => resolve({ error: error.code ?? error.message }));
    sent.end(bytes > 0 ? Buffer.alloc(bytes) : undefined);
});

const inParallel = async (count, work) => {
    await Promise.all(Array.from({ length: count }, work));
};

async function all({ ca, requests, together = 8 }) {
    const answers = [];
    let next = 0;
    await inParallel(together, async () => {
        while (next < requests.length) {
            const index = next++;
            answers[index] = await ask(requests[index], ca);
        }
    });
    return answers;
}

async function flood({ ca, flood: request, limit }) {
    const agent = new (request.plain ? http : https).Agent({ keepAlive: true, maxSockets: 64 });
    const began = Date.now();
    let sent = 0, admitted = 0, refused = 0, failed = 0;
    await inParallel(64, async () => {
        while (refused === 0 && sent < limit) {
            sent += 1;
            const { status, error } = await ask(request, ca, agent);
            refused += status === 429 ? 1 : 0;
            failed += error ? 1 : 0;
            admitted += !error && status !== 429 ? 1 : 0;
        }
    });
    agent.destroy();
    return { admitted, refused, failed, seconds: (Date.now() - began) / 1000 };
}

async function repeat({ ca, request }) {
    let isOver = false;
    process.stdin.resume().on("end", () => { isOver = true; });
    const serials = {}, failures = [];
    await inParallel(4, async () => {
        while (!isOver) {
            const { status, error, serial } = await ask(request, ca);
            if (error || status >= 500) {
                failures.push(error ?? String(status));
            } else {
                serials[serial] = (serials[serial] ?? 0) + 1;
            }
        }
    });
    return { serials, failures };
}

const [work] = process.argv.slice(2);
const input = work ? JSON.parse(work) : await json(process.stdin);
const answer = work ? await repeat(input) : input.flood ? await flood(input) : await all(input);
process.stdout.write(JSON.stringify(answer));
