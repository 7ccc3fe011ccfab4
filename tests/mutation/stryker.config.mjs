// Configuration of Stryker for one piece, which prove-tests.mjs names in the environment.
import { join } from "node:path";
import process from "node:process";

const { MUTATE, SPECS, KEPT } = process.env;

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
    testRunner: "mocha",
    plugins: [join(import.meta.dirname, "mochaRunner.mjs")],
    specs: SPECS.split(" "),
    mutate: [MUTATE],
    coverageAnalysis: "perTest",
    // A busy machine is no endless loop: those are found by their number of turns.
    timeoutMS: 30000,
    // Tables of constants: a test could only write them down once more.
    ignoreStatic: true,
    incremental: true,
    incrementalFile: join(KEPT, "incremental.json"),
    tempDirName: join(KEPT, "sandbox"),
    ignorePatterns: [".git", ".state", "examples", "toolchain", "supply", "/tests/mutation"],
    reporters: ["json", "html", "progress-append-only"],
    jsonReporter: { fileName: join(KEPT, "report.json") },
    htmlReporter: { fileName: join(KEPT, "report.html") },
    allowEmpty: false,
};
