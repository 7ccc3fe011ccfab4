// A test runner for Stryker: runs mocha 12 inside the worker, only the tests that reach a mutant, and loads the program anew for
// a mutant that takes effect when a module is loaded. Stryker's own runner knows mocha until version 11.
import { INSTRUMENTER_CONSTANTS } from "@stryker-mutator/api/core";
import { PluginKind, declareClassPlugin, tokens, commonTokens } from "@stryker-mutator/api/plugin";
import { DryRunStatus, TestStatus, determineHitLimitReached, toMutantRunResult } from "@stryker-mutator/api/test-runner";
import { globSync } from "node:fs";
import { createRequire } from "node:module";
import { join, sep } from "node:path";
import process from "node:process";

/** What stands in for the test while a suite's `before` hook runs; every test of the suite inherits what the hook reached. */
const hookOf = suite => `before ${suite.fullTitle()}`;

const withAncestors = suite => (suite ? [suite, ...withAncestors(suite.parent)] : []);

const idOf = test => `${test.file?.replace(process.cwd() + sep, "")} ${test.fullTitle()}`;

class MochaRunner {
    static inject = tokens(commonTokens.options);

    constructor({ specs }) {
        this.specs = specs;
        this.context = globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {};
        this.require = createRequire(join(process.cwd(), "package.json"));
    }

    capabilities() {
        return { reloadEnvironment: true };
    }

    init() {
        this.require("ts-node/register/transpile-only");
        keepCompiled(this.require("node:module"));
    }

    /** Loads the tests and all they import, as it is or as the mutant makes it. */
    load() {
        for (const file of Object.keys(this.require.cache)) {
            if (file.startsWith(process.cwd() + sep) && !file.includes(`${sep}node_modules${sep}`)) {
                delete this.require.cache[file];
            }
        }
        const Mocha = this.require("mocha");
        this.mocha = new Mocha({ timeout: 0, reporter: class {} });
        this.mocha.cleanReferencesAfterRun(false);
        globSync(this.specs).sort().forEach(file => this.mocha.addFile(join(process.cwd(), file)));
        this.mocha.loadFiles();
    }

    async dryRun({ coverageAnalysis, disableBail }) {
        this.load();
        const covering = coverageAnalysis === "perTest";
        const suites = new Map();
        const result = await this.run(undefined, !disableBail, runner => {
            if (!covering) return;
            runner.on("hook", hook => {
                if (hook.type === "before all") this.context.currentTestId = hookOf(hook.parent);
            });
            runner.on("test", test => {
                suites.set(idOf(test), withAncestors(test.parent).map(hookOf));
                this.context.currentTestId = idOf(test);
            });
        });
        const { mutantCoverage } = this.context;
        this.context.currentTestId = undefined;
        return { ...result, mutantCoverage: covering ? inherited(mutantCoverage, suites) : mutantCoverage };
    }

    async mutantRun({ activeMutant, testFilter, disableBail, hitLimit, mutantActivation, reloadEnvironment }) {
        this.context.hitLimit = hitLimit;
        this.context.hitCount = hitLimit ? 0 : undefined;
        this.context.activeMutant = mutantActivation === "static" ? activeMutant.id : undefined;
        try {
            if (reloadEnvironment || this.spoilt || !this.mocha) this.load();
        } catch (error) {
            this.spoilt = true;
            return toMutantRunResult({ status: DryRunStatus.Complete, tests: [failure("loading", error)] });
        }
        // What was loaded with a mutant in it serves no other.
        this.spoilt = mutantActivation === "static";
        this.context.activeMutant = activeMutant.id;
        const result = await this.run(testFilter && new Set(testFilter), !disableBail);
        return toMutantRunResult(determineHitLimitReached(this.context.hitCount, this.context.hitLimit) ?? result);
    }

    /** Runs the tests of these ids, or all. */
    run(ids, bail, observe = () => undefined) {
        const tests = [];
        let began = Date.now();
        for (const suite of suitesBelow(this.mocha.suite)) suite.bail(bail);
        choose(this.mocha.suite, ids);
        return new Promise(resolve => {
            const runner = this.mocha.run(() => resolve({ status: DryRunStatus.Complete, tests }));
            observe(runner);
            runner.on("pass", test => {
                tests.push({ id: idOf(test), name: idOf(test), status: TestStatus.Success, timeSpentMs: Date.now() - began });
                began = Date.now();
            });
            runner.on("fail", (test, error) => tests.push(failure(idOf(test.ctx?.currentTest ?? test), error)));
        });
    }
}

function failure(id, error) {
    return { id, name: id, status: TestStatus.Failed, failureMessage: String(error?.message || error), timeSpentMs: 0 };
}

function* suitesBelow(suite) {
    yield suite;
    for (const child of suite.suites) yield* suitesBelow(child);
}

/** Leaves in the suites only tests of these ids; the others stand aside until the next run. */
function choose(root, ids) {
    for (const suite of suitesBelow(root)) {
        suite.all ??= suite.tests;
        suite.tests = suite.all.filter(test => !ids || ids.has(idOf(test)));
    }
}

/** Coverage of each test, with that of the hooks that ran for it. */
function inherited({ static: loading, perTest }, suites) {
    const hooks = new Set([...suites.values()].flat());
    const merged = Object.fromEntries([...suites].map(([id, befores]) => {
        const reached = {};
        for (const source of [id, ...befores]) {
            for (const [mutant, count] of Object.entries(perTest[source] ?? {})) reached[mutant] = (reached[mutant] ?? 0) + count;
        }
        return [id, reached];
    }));
    const others = Object.fromEntries(Object.entries(perTest).filter(([id]) => !hooks.has(id) && !(id in merged)));
    return { static: loading, perTest: { ...others, ...merged } };
}

/** Compiles each file once in the worker's life: mutants are switched, not written. */
function keepCompiled(Module) {
    const compiled = new Map();
    const extension = Module._extensions[".ts"];
    Module._extensions[".ts"] = (module, file) => {
        const kept = compiled.get(file);
        if (kept !== undefined) return module._compile(kept, file);
        const compile = module._compile;
        module._compile = function (code, name) {
            compiled.set(file, code);
            return compile.call(this, code, name);
        };
        return extension(module, file);
    };
}

/** The one option of this runner: globs of the test files. */
export const strykerValidationSchema = {
    type: "object", properties: { specs: { type: "array", items: { type: "string" } } }, required: ["specs"],
};

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "mocha", MochaRunner)];
