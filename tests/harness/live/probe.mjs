// Opens TCP connections and asks name servers from wherever it is started, and prints what came of each. Runs by itself in the
// network namespace of a pod: node probe.mjs, with {"tcp": ["ADDRESS:PORT"], "names": ["ADDRESS"], "from": "ADDRESS"} as its input.
import { Buffer } from "node:buffer";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import process from "node:process";
import { json } from "node:stream/consumers";
import { clearTimeout, setTimeout } from "node:timers";

const { tcp = [], names = [], from } = await json(process.stdin);
const patience = 4000;

/** "open", or why not. */
const open = target => new Promise(resolve => {
    const [host, port] = target.split(":");
    const socket = connect({ host, port: Number(port), localAddress: from });
    const done = answer => { clearTimeout(timer); socket.destroy(); resolve(answer); };
    const timer = setTimeout(() => done("no answer"), patience);
    socket.on("connect", () => done("open"));
    socket.on("error", error => done(error.code ?? String(error)));
});

// The question for the addresses of kubernetes.default.svc.cluster.local, as RFC 1035 has it.
const question = Buffer.concat([
    Buffer.from([0x1d, 0x05, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    ...["kubernetes", "default", "svc", "cluster", "local"].map(label => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0, 0, 1, 0, 1]),
]);

const answered = host => new Promise(resolve => {
    const socket = createSocket("udp4");
    const done = answer => { clearTimeout(timer); socket.close(); resolve(answer); };
    const timer = setTimeout(() => done("no answer"), patience);
    socket.on("message", () => done("open"));
    socket.on("error", error => done(error.code ?? String(error)));
    socket.connect(53, host, error => (error ? done(error.code) : socket.send(question)));
});

const results = {};
const work = [...tcp.map(target => [target, () => open(target)]), ...names.map(host => [`${host}:53/UDP`, () => answered(host)])];
const worker = async () => {
    for (let next = work.shift(); next; next = work.shift()) {
        results[next[0]] = await next[1]();
    }
};
await Promise.all(Array.from({ length: 40 }, worker));
process.stdout.write(JSON.stringify(results));
