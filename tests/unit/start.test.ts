import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const entryPoint = resolve(__dirname, "../../start.js");

describe("Start of the program", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "program-"));
        write({ "index.ts": 'export { value } from "./part";\n' });
    });

    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    function write(files: Readonly<Record<string, string>>): void {
        for (const [name, content] of Object.entries(files)) {
            mkdirSync(dirname(join(folder, name)), { recursive: true });
            writeFileSync(join(folder, name), content);
        }
    }

    /** Starts the program as the engine does: in its folder. Gives what the script prints of its exports. */
    async function start(script = "({ value }) => console.log(value)", variables: NodeJS.ProcessEnv = {}): Promise<string> {
        const { stdout } = await promisify(execFile)("node", ["-e", `require(${JSON.stringify(entryPoint)})().then(${script})`],
            { cwd: folder, env: { ...process.env, PULUMI_OPTION_DEBUG: "", ...variables } });
        return stdout.trim();
    }

    it("runs the sources in the working folder and gives their exports", async () => {
        write({ "part.ts": 'export const value: string = "one";\n' });
        assert.equal(await start(), "one");
    });

    describe("never runs an old form of the sources", () => {
        it("when one changed", async () => {
            write({ "part.ts": "export const value = 1;\n" });
            assert.equal(await start(), "1");
            write({ "part.ts": "export const value = 2;\n" });
            assert.equal(await start(), "2");
        });

        it("when a file changed that is imported as text", async () => {
            write({ "part.ts": 'import value from "./script.sh";\nexport { value };\n' });
            for (const script of ["echo 'one'", "echo \"${two}\""]) {
                write({ "script.sh": `${script}\n` });
                assert.equal(await start(), script);
            }
        });

        it("when a new file stands before a folder of its name", async () => {
            write({ "part/index.ts": 'export const value = "folder";\n' });
            assert.equal(await start(), "folder");
            write({ "part.ts": 'export const value = "file";\n' });
            assert.equal(await start(), "file");
        });

        it("when tsconfig.json names another place for what they import", async () => {
            const paths = (target: string): string => JSON.stringify({ compilerOptions: { paths: { chosen: [`./${target}.ts`] } } });
            write({
                "part.ts": 'export { value } from "chosen";\n', "one.ts": "export const value = 1;\n", "two.ts": "export const value = 2;\n",
                "tsconfig.json": paths("one"), "other.json": paths("two"),
            });
            assert.equal(await start(), "1");
            assert.equal(await start(undefined, { PULUMI_NODEJS_TSCONFIG_PATH: join(folder, "other.json") }), "2");
            write({ "tsconfig.json": paths("two") });
            assert.equal(await start(), "2");
        });

        it("when package.json of what they import names another entry point", async () => {
            const main = (file: string): string => JSON.stringify({ name: "chosen", main: file });
            write({
                "part.ts": 'export { value } from "chosen";\n', "node_modules/chosen/one.js": "exports.value = 1;\n",
                "node_modules/chosen/two.js": "exports.value = 2;\n", "node_modules/chosen/package.json": main("one.js"),
            });
            assert.equal(await start(), "1");
            write({ "node_modules/chosen/package.json": main("two.js") });
            assert.equal(await start(), "2");
        });
    });

    it("names the place in the sources where an error comes from", async () => {
        write({ "part.ts": 'export const value = 1;\n\nthrow new Error("wrong");\n' });
        assert.match(await start("undefined, error => console.log(error.stack)"), /^Error: wrong\nThe program could not be composed, nothing was changed\.\n {4}at .*part\.ts:3\)/);
    });

    it("names the place of a mistake that cannot be compiled", async () => {
        write({ "part.ts": "export const value = ;\n" });
        await assert.rejects(start("console.log"), /part\.ts:1:21: ERROR: Unexpected ";"/);
    });

    describe("of the SDK", () => {
        beforeEach(() => symlinkSync(resolve(__dirname, "../../node_modules"), join(folder, "node_modules")));

        const leaking = 'import { debuggablePromise } from "@pulumi/pulumi/runtime/debuggable";\n'
            + 'export const value = [Promise.resolve(), new Promise(() => undefined)].map((promise, index) => '
            + 'debuggablePromise(promise, `promise ${index}`));\n';

        /** A program that registers two resources before this statement; gives what the engine was told of them, and the error. */
        async function registered(then: string): Promise<string> {
            write({ "part.ts": `
                import * as pulumi from "@pulumi/pulumi";
                import { getStore } from "@pulumi/pulumi/runtime/state";
                const told: string[] = [];
                getStore().settings.options.monitorAddr = "127.0.0.1:1";
                const monitor = pulumi.runtime.getMonitor() as any;
                monitor.registerResource = (request: any) => told.push(request.getName());
                // Nobody answers them, and the SDK need not wonder why.
                getStore().terminated = true;
                process.on("exit", () => told.length > 0 && console.log(told.join()));
                for (const name of ["first", "second"]) {
                    new pulumi.CustomResource("tests:index:Thing", name, {});
                }
                export const value = 1;
                ${then}
            ` });
            return start("undefined, error => console.log(error.message)");
        }

        it("tells the engine of everything that a program composes", async () =>
            assert.equal(await registered(""), "first,second"));

        it("tells the engine of nothing when a program throws while it composes", async () =>
            assert.equal(await registered('throw new Error("wrong");'), "wrong\nThe program could not be composed, nothing was changed."));

        it("tells the engine of nothing when the configuration is wrong, and adds nothing to what that says", async () =>
            assert.equal(await registered('throw new pulumi.RunError("the configuration has 1 error");'), "the configuration has 1 error"));

        it("ends with an error when something that it waits for never comes", async () => {
            write({ "part.ts": leaking });
            await assert.rejects(start("console.log"), /The Pulumi runtime detected that 1 promise was still active/);
        });

        it("names such a promise, and where it was made, when PULUMI_DEBUG_PROMISE_LEAKS is set", async () => {
            write({ "part.ts": leaking });
            await assert.rejects(start("console.log", { PULUMI_DEBUG_PROMISE_LEAKS: "1" }),
                /CONTEXT\(\d+\): promise 1\nSTACK_TRACE:\nError\n[^]*part\.ts:2\)/);
        });

        it("loads what few programs need when something asks for it, and then whole", async () => {
            write({ "part.ts": `
                import * as pulumi from "@pulumi/pulumi";
                const loaded = () => Object.keys(require.cache).some(file => file.includes("node_modules/typescript/"));
                const before = loaded();
                const text = pulumi.runtime.serializeFunction(() => before);
                export const value = text.then(({ text }) => [before, loaded(), text.includes("before")].join());
            ` });
            assert.equal(await start("async ({ value }) => console.log(await value)"), "false,true,true");
        });

        /** Starts the program below a process of this name with these arguments, as a language host is below the engine. */
        async function sendsDebugMessages(engine: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<boolean> {
            write({ "part.ts": `
                import * as pulumi from "@pulumi/pulumi";
                import { getEngine } from "@pulumi/pulumi/runtime/settings";
                import { getStore } from "@pulumi/pulumi/runtime/state";
                const sent: string[] = [];
                getStore().settings.options.engineAddr = "127.0.0.1:1";
                const engine = getEngine() as any;
                engine.log = (request: any, answer: () => void) => { sent.push(request.getMessage()); answer(); };
                pulumi.log.debug("for debuggers");
                export const value = pulumi.log.info("for all").then(() => sent.join());
            ` });
            const script = `require(${JSON.stringify(entryPoint)})().then(async ({ value }) => console.log(await value))`;
            const program = spawn("sh", ["-c", 'node -e "$0"; exit $?', script, ...args], {
                argv0: engine, cwd: folder, stdio: ["ignore", "pipe", "inherit"],
                env: { ...process.env, PULUMI_OPTION_DEBUG: "", ...variables },
            });
            const sent = (await text(program.stdout)).trim();
            assert.match(sent, /for all$/);
            return sent.includes("for debuggers");
        }

        it("leaves out debug messages, which nobody reads", async () => {
            assert.equal(await sendsDebugMessages("/opt/bin/pulumi", ["up", "--yes", "--stack", "dev", "--debug=false"]), false);
        });

        for (const flags of [["--debug"], ["-yd"], ["--verbose=9"]]) {
            it(`sends debug messages to an engine with ${flags.join(" ")}`, async () =>
                assert.equal(await sendsDebugMessages("pulumi", ["up", ...flags]), true));
        }

        it("follows PULUMI_OPTION_DEBUG, the engine's variable for its flag", async () => {
            assert.equal(await sendsDebugMessages("pulumi", ["up"], { PULUMI_OPTION_DEBUG: "true" }), true);
            assert.equal(await sendsDebugMessages("pulumi", ["up"], { PULUMI_OPTION_DEBUG: "false" }), false);
        });

        it("sends debug messages where it cannot be told whether somebody reads them", async () => {
            assert.equal(await sendsDebugMessages("another", ["up"]), true);
        });
    });
});
