// Usage: node count.mjs KIND RESULTS LOG EXIT_CODE. Prints "PASSED FAILED SKIPPED" of one stage of make test, then the title of each
// failed and each skipped test on a line of its own behind its outcome, and writes what Go and Python tests report into RESULTS in the form of
// tests/harness/reporter.ts, so that the requirements report sees them too.
import console from "node:console";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const [kind, results, logFile, exitCode] = process.argv.slice(2);
const log = existsSync(logFile) ? readFileSync(logFile, "utf8") : "";

/** One JSON object a line, as `go test -json` prints them; subtests count, packages do not. */
function goTests() {
    const run = { passed: [], failed: [], pending: [] };
    for (const line of log.split("\n").filter((text) => text.startsWith("{"))) {
        const { Action: action, Package: name, Test: test } = JSON.parse(line);
        const list = { pass: run.passed, fail: run.failed, skip: run.pending }[action];
        if (test && list) list.push(`${name} ${test}`);
    }
    return run;
}

/** `pytest -rA` ends with a list of every test behind its outcome; what the tests logged stands above it. */
function pythonTests() {
    const summary = log.slice(log.lastIndexOf("short test summary info") + 1);
    const titles = (outcome) => [...summary.matchAll(new RegExp(`^${outcome} (.*)$`, "gm"))].map((match) => match[1]);
    return { passed: titles("PASSED"), failed: [...titles("FAILED"), ...titles("ERROR")], pending: titles("SKIPPED") };
}

/** What the reporter of tests/harness wrote. */
function mochaTests() {
    const files = existsSync(results) ? readdirSync(results).filter((name) => name.endsWith(".json")) : [];
    const runs = files.map((name) => JSON.parse(readFileSync(join(results, name), "utf8")));
    const all = (outcome) => runs.flatMap((run) => run[outcome] ?? []);
    return { passed: [...all("passed"), ...all("documented")], failed: all("failed"), pending: all("pending") };
}

let counted = { passed: [], failed: [], pending: [] };
if (kind === "mocha") counted = mochaTests();
if (kind === "go" || kind === "python") {
    counted = kind === "go" ? goTests() : pythonTests();
    mkdirSync(results, { recursive: true });
    writeFileSync(join(results, `${kind}.json`), JSON.stringify(counted, null, 2));
}
let passed = counted.passed.length;
const failures = [...counted.failed];
// A stage without tests of its own is one test; a stage that broke off has failed whatever it counted until then.
if (kind === "single" && exitCode === "0") passed = 1;
if (exitCode !== "0" && failures.length === 0) failures.push(`ended with exit code ${exitCode}`);
// Nothing that ran is nothing proven: a folder that was moved, or a pattern that matches no file.
if (passed + failures.length === 0) failures.push("ran no test");
const named = (outcome, titles) => titles.map((title) => `${outcome} ${title.replaceAll("\n", " ")}`);
console.log([
    `${passed} ${failures.length} ${counted.pending.length}`, ...named("failed", failures), ...named("skipped", counted.pending),
].join("\n"));
