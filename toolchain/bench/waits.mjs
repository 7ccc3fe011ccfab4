// Usage: node waits.mjs EVENT-LOG. Prints the seconds of an update in which the engine only waited: steps were under way and
// for more than half a second none of them began or ended.
import console from "node:console";
import { readFileSync } from "node:fs";
import process from "node:process";

const threshold = 0.5;
let underway = 0;
let waited = 0;
let last;
let arrived;
for (const line of readFileSync(process.argv[2], "utf8").split("\n").filter(Boolean)) {
    const event = JSON.parse(line);
    const begins = event.resourcePreEvent !== undefined;
    const ends = event.resOutputsEvent !== undefined || event.resOpFailedEvent !== undefined;
    if (!begins && !ends) continue;
    arrived = event.timestamp;
    if (last !== undefined && underway > 0 && arrived - last > threshold) waited += arrived - last;
    underway += begins ? 1 : -1;
    last = arrived;
}
console.log(String(waited));
