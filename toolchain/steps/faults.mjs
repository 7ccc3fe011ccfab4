// Usage: node faults.mjs RESULTS-FOLDER. Lists each fault that was once found in what runs, and how many tests of a run of make test name
// it: those that would fail if it came back. Titles name faults as F1, F2 and so on; tests/requirements/faults.json says what each was.
import console from "node:console";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const faults = JSON.parse(readFileSync(join(import.meta.dirname, "../../tests/requirements/faults.json"), "utf8"));
const folder = process.argv[2];
const files = existsSync(folder) ? readdirSync(folder, { recursive: true }).filter(name => String(name).endsWith(".json")) : [];
const runs = files.map(name => JSON.parse(readFileSync(join(folder, String(name)), "utf8")));
const naming = (outcome, id) => runs.flatMap(run => run[outcome] ?? []).filter(title => new RegExp(`\\b${id}\\b`).test(title));

for (const [id, sentence] of Object.entries(faults)) {
    const [passed, failed] = [naming("passed", id), naming("failed", id)];
    const tests = failed.length > 0 ? `${failed.length} FAILED` : passed.length > 0 ? `${passed.length} passed` : "none";
    console.log(`${id.padEnd(4)} ${tests.padEnd(10)} ${sentence}${passed[0] ? `  (${passed[0].slice(0, 70).trim()}…)` : ""}`);
}
