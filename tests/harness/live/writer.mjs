// Writes numbers into a store, one after another, from wherever it is started, and prints what came of each: {"acknowledged": N, "at": MS}
// or {"refused": N, "because": TEXT}, and {"leader": NAME} where its client can tell. Its first line of input says which client and where, as JSON; at the second one it ends writing,
// prints {"held": [N, ...]} with what the store has of it, and removes that.
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const say = line => process.stdout.write(`${JSON.stringify(line)}\n`);
// A client that loses its server may say so where nobody listens.
process.on("uncaughtException", error => process.stderr.write(`${error.message}\n`));

const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const target = JSON.parse((await input.next()).value);
const { open } = await import(`./clients/${target.client}.mjs`);
const reading = 60_000;

const within = (work, patience) => Promise.race([
    work, sleep(patience, undefined, { ref: false }).then(() => { throw new Error(`no answer within ${patience} ms`); }),
]);

let client;
/** Does something with a client that is opened anew after each failure. */
const attempt = async (work, patience) => {
    try {
        if (!client) {
            const opened = open(target);
            client = await within(opened, target.patience).catch(error => {
                opened.then(late => late.close(), () => undefined);
                throw error;
            });
            if (client.leader) {
                say({ leader: client.leader });
            }
        }
        return await within(work(client), patience);
    } catch (error) {
        client?.close();
        client = undefined;
        throw error;
    }
};

let isWriting = true;
input.next().then(() => { isWriting = false; });
let n = 0;
while (isWriting) {
    n += 1;
    await attempt(each => each.write(n), target.patience).then(
        () => say({ acknowledged: n, at: Date.now() }),
        error => { say({ refused: n, because: error.message || error.code }); return sleep(100); });
    await sleep(target.pause);
}
const persistently = async work => {
    for (let tries = 1; ; tries += 1) {
        try {
            return await attempt(work, reading);
        } catch (error) {
            if (tries === 60) {
                throw error;
            }
            await sleep(1000);
        }
    }
};
say({ held: await persistently(each => each.read(n)) });
await persistently(each => each.clear(n));
process.exit();
