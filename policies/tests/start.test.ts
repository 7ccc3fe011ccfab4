import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const packages = dirname(dirname(require.resolve("esbuild/package.json")));

describe("Start of the pack", () => {
    let folder: string;

    const start = async (): Promise<string> => (await promisify(execFile)("node", [join(folder, "start.js")])).stdout;

    function write(files: Readonly<Record<string, string>>): void {
        for (const [name, content] of Object.entries(files)) {
            mkdirSync(dirname(join(folder, name)), { recursive: true });
            writeFileSync(join(folder, name), content);
        }
    }

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "pack-"));
        symlinkSync(packages, join(folder, "node_modules"));
        copyFileSync(join(__dirname, "../start.js"), join(folder, "start.js"));
        write({
            "index.ts": 'import { join } from "node:path";\nimport { rule } from "./rules";\nconsole.log(join("x", rule as string));\n',
            "rules/index.ts": 'export { rule } from "./a";\n',
            "rules/a.ts": 'export const rule = "one";\n',
        });
    });

    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it("runs what a source says now", async () => {
        assert.equal(await start(), "x/one\n");
        write({ "rules/a.ts": 'export const rule = "two";\n' });
        assert.equal(await start(), "x/two\n");
    });

    it("runs a new file that stands before a folder of its name", async () => {
        assert.equal(await start(), "x/one\n");
        write({ "rules.ts": 'export const rule = "new";\n' });
        assert.equal(await start(), "x/new\n");
    });

    it("follows a change of tsconfig.json", async () => {
        const paths = (target: string): string => JSON.stringify({ compilerOptions: { paths: { chosen: [`./${target}.ts`] } } });
        write({
            "rules/index.ts": 'export { rule } from "chosen";\n', "b.ts": 'export const rule = "b";\n', "c.ts": 'export const rule = "c";\n',
            "tsconfig.json": paths("b"),
        });
        assert.equal(await start(), "x/b\n");
        write({ "tsconfig.json": paths("c") });
        assert.equal(await start(), "x/c\n");
    });

    it("many at once do not disturb each other", async () =>
        assert.deepEqual(await Promise.all(Array.from({ length: 4 }, start)), Array(4).fill("x/one\n")));
});
