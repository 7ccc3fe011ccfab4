// Usage: node prove-tests.mjs [PIECE...]. Changes the program in thousands of small ways, runs the tests that reach each change, and
// prints how many changes a test noticed. Each piece keeps its result under .state/mutation: after an interruption, or after a
// change of the sources, only what is new is tried.
import console from "node:console";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";

const root = resolve(import.meta.dirname, "../..");
const state = join(root, ".state/mutation");
/** Share of the changes that tests must notice, in percent. */
const least = 85;

const policyTests = "policies/tests/**/!(start|differential|upstream).test.ts";
const rooms = readdirSync(join(root, "policies"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["tests", "node_modules"].includes(entry.name)).map(({ name }) => name);

/** What is changed, and the tests that must notice, by the name of the piece. */
const pieces = {
    kit: { mutate: "components/kit/**/*.ts", specs: "tests/unit/{kit,app,data,security,edge,config}/**/*.test.ts" },
    security: { mutate: "components/security/**/*.ts", specs: "tests/unit/security/**/*.test.ts" },
    ...Object.fromEntries(rooms.map((room) => [`policies/${room}`, { mutate: `policies/${room}/**/*.ts`, specs: policyTests }])),
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in pieces));
if (unknown.length > 0) {
    console.error(`error: ${unknown.join(", ")} is no piece; choose from: ${Object.keys(pieces).join(", ")}`);
    process.exit(2);
}

/** Changes that were noticed and all that a test could have noticed, by the area of a piece. */
const areas = new Map();
let broken = 0;
for (const name of chosen.length > 0 ? chosen : Object.keys(pieces)) {
    const kept = join(state, name.replaceAll("/", "-"));
    mkdirSync(kept, { recursive: true });
    console.log(`\n${name}`);
    const { status } = spawnSync(process.execPath, [
        join(import.meta.dirname, "node_modules/@stryker-mutator/core/bin/stryker.js"), "run", join(import.meta.dirname, "stryker.config.mjs"),
    ], { cwd: root, stdio: "inherit", env: { ...process.env, MUTATE: pieces[name].mutate, SPECS: pieces[name].specs, KEPT: kept } });
    const report = join(kept, "report.json");
    if (status !== 0 || !existsSync(report)) {
        console.error(`error: ${name} did not come to its end`);
        broken++;
        continue;
    }
    const mutants = Object.values(JSON.parse(readFileSync(report, "utf8")).files).flatMap((file) => file.mutants);
    const count = (...states) => mutants.filter(({ status: state }) => states.includes(state)).length;
    const noticed = count("Killed", "Timeout");
    const all = noticed + count("Survived", "NoCoverage");
    const area = areas.get(name.split("/")[0]) ?? { noticed: 0, all: 0 };
    areas.set(name.split("/")[0], { noticed: area.noticed + noticed, all: area.all + all });
    console.log(`${noticed} of ${all} changes noticed; the others: ${join(kept, "report.html")}`);
}
console.log("");
for (const [area, { noticed, all }] of areas) {
    const score = (100 * noticed) / all;
    if (score < least) broken++;
    console.log(`${area}: ${score.toFixed(1)} % of ${all} changes noticed${score < least ? `; ${least} % is the least` : ""}`);
}
process.exitCode = broken > 0 ? 1 : 0;
