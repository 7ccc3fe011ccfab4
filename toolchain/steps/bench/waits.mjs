// Usage: pulumi up --non-interactive | node waits.mjs. Prints the seconds of an update in which the engine only waited: steps were
// under way and for more than half a second none of them began or ended.
import console from "node:console";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { createInterface } from "node:readline";

const threshold = 0.5;
const underway = new Set();
let waited = 0;
let last;
for await (const line of createInterface({ input: process.stdin })) {
    // " +  kubernetes:apps/v1:Deployment taskflow-grafana creating (0s) Waiting for …", and "created (0.66s)" at its end.
    const [, resource, verb] = /^ [+~-]+ +(\S+ \S+) (creating|created|updating|updated|deleting|deleted) /.exec(line) ?? [];
    if (verb === undefined || resource.startsWith("pulumi:pulumi:Stack")) continue;
    const ends = verb.endsWith("ed");
    if (!ends && underway.has(resource)) continue;
    const now = performance.now() / 1000;
    if (last !== undefined && underway.size > 0 && now - last > threshold) waited += now - last;
    if (ends) underway.delete(resource);
    else underway.add(resource);
    last = now;
}
console.log(waited.toFixed(2));
