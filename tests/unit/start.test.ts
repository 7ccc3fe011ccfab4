import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const entryPoint = resolve(__dirname, "../../start.js");

describe("Start of the program", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "program-"));
    });

    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    /** Starts a program of two files as the engine does: in its folder, and gives what the script prints of its exports. */
    async function start(part: string, script: string): Promise<string> {
        writeFileSync(join(folder, "index.ts"), 'export { value } from "./part";\n');
        writeFileSync(join(folder, "part.ts"), part);
        const { stdout } = await promisify(execFile)("node", ["-e", `require(${JSON.stringify(entryPoint)})().then(${script})`], { cwd: folder });
        return stdout.trim();
    }

    it("runs the sources in the working folder and gives their exports", async () => {
        assert.equal(await start('export const value: string = "one";\n', "({ value }) => console.log(value)"), "one");
    });

    it("names the place in the sources where an error comes from", async () => {
        const stack = await start('export const value = 1;\n\nthrow new Error("wrong");\n', "undefined, error => console.log(error.stack)");
        assert.match(stack, /^Error: wrong\n {4}at .*part\.ts:3\)/);
    });

    it("names the place of a mistake that cannot be compiled", async () => {
        await assert.rejects(start("export const value = ;\n", "console.log"), /part\.ts:1:21: ERROR: Unexpected ";"/);
    });

    it("ends with an error when something that the SDK waits for never comes", async () => {
        const part = 'import { debuggablePromise } from "@pulumi/pulumi/runtime/debuggable";\n'
            + 'export const value = [Promise.resolve(), new Promise(() => undefined)].map(promise => debuggablePromise(promise));\n';
        await assert.rejects(start(part, "console.log"), /The Pulumi runtime detected that 1 promise was still active/);
    });
});
