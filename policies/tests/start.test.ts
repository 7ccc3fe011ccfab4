import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const esbuild = dirname(require.resolve("esbuild/package.json"));

describe("Start of the pack", () => {
    let folder: string;

    const start = async (): Promise<string> => (await promisify(execFile)("node", [join(folder, "start.js")])).stdout;
    const cached = (): string[] => readdirSync(join(folder, "node_modules/.cache/platforms")).filter(name => name.endsWith(".js"));

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "pack-"));
        mkdirSync(join(folder, "node_modules"));
        mkdirSync(join(folder, "rules"));
        symlinkSync(esbuild, join(folder, "node_modules/esbuild"));
        for (const file of ["start.js", "linkedScript.js"]) {
            copyFileSync(join(__dirname, "..", file), join(folder, file));
        }
        writeFileSync(join(folder, "index.ts"), 'import { join } from "node:path";\nimport { rule } from "./rules/a";\nconsole.log(join("x", rule as string));\n');
        writeFileSync(join(folder, "rules/a.ts"), 'import { b } from "./b";\nexport const rule: string = b;\n');
        writeFileSync(join(folder, "rules/b.ts"), 'export const b = "one";\n');
    });

    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it("links once: the second start needs no linker", async () => {
        assert.equal(await start(), "x/one\n");
        rmSync(join(folder, "node_modules/esbuild"));
        assert.equal(await start(), "x/one\n");
        assert.equal(cached().length, 1);
    });

    it("never runs an old form of a source that changed", async () => {
        await start();
        writeFileSync(join(folder, "rules/b.ts"), 'export const b = "two";\n');
        assert.equal(await start(), "x/two\n");
        writeFileSync(join(folder, "rules/a.ts"), 'export const rule = "three";\n');
        rmSync(join(folder, "rules/b.ts"));
        assert.equal(await start(), "x/three\n");
    });

    it("links again when packages were installed", async () => {
        await start();
        writeFileSync(join(folder, "node_modules/.package-lock.json"), "{}");
        rmSync(join(folder, "node_modules/esbuild"));
        await assert.rejects(start(), /Cannot find module 'esbuild'/);
    });

    it("many at once do not disturb each other", async () => {
        assert.deepEqual(await Promise.all(Array.from({ length: 6 }, start)), Array(6).fill("x/one\n"));
        assert.equal(cached().length, 1);
    });
});
