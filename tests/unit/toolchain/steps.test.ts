import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { CommandResult } from "../../harness/command";
import { run } from "../../harness/command";
import { engineSettings } from "../../harness/stack";

const repository = resolve(__dirname, "../../..");
/** Somebody who may not write what belongs to the user of the tests, also where that is root. */
const another = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];

describe("Steps of the toolchain", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "steps-"));
        chmodSync(folder, 0o755);
        // The user of the tests may work in a folder that others cannot enter.
        for (const part of ["toolchain", "package.json"]) {
            cpSync(join(repository, part), join(folder, "checkout", part), { recursive: true, filter: name => !name.includes("node_modules") });
        }
    });

    afterEach(() => {
        execFileSync("chmod", ["-R", "u+w", folder]);
        rmSync(folder, { recursive: true, force: true });
    });

    function write(files: Readonly<Record<string, string>>): void {
        for (const [name, content] of Object.entries(files)) {
            mkdirSync(dirname(join(folder, name)), { recursive: true });
            writeFileSync(join(folder, name), content, { mode: 0o755 });
        }
    }

    /** Runs a script in a shell that has all that the steps build on. */
    function shell(script: string, variables: NodeJS.ProcessEnv = {}, user: readonly string[] = []): Promise<CommandResult> {
        const [program, ...args] = [...user, "bash", "-c", `set -euo pipefail; source toolchain/steps/environment.sh; ${script}`];
        return run(program!, args, {
            directory: join(folder, "checkout"),
            environment: { PATH: process.env["PATH"], HOME: folder, XDG_CACHE_HOME: join(folder, "cache"), TOOLCHAIN: "build", ...variables },
        });
    }

    it("a step leaves the traps of its caller as they were", async () => {
        const { code, output } = await shell(`trap 'echo interrupted; exit 3' INT; step 'sleep' 'none' true; trap -p INT TERM; kill -INT $$; sleep 5`);
        assert.match(output, /trap -- 'echo interrupted; exit 3' SIGINT\n(?!.*SIGTERM)/);
        assert.match(output, /^interrupted$/m);
        assert.equal(code, 3, output);
    });

    it("give the engine the settings that the tests give it, but for the user's own", async () => {
        const names = Object.keys(engineSettings());
        const print = `spend_memory; for name in ${names.join(" ")}; do echo "$name=\${!name}"; done`;
        const expected = Object.entries(engineSettings()).map(([name, value]) => `${name}=${value}\n`);
        assert.equal((await shell(print)).stdout, expected.join(""));
        const own = (await shell(print, { PULUMI_PARALLEL: "3", GOGC: "100" })).stdout;
        assert.ok(own.includes("PULUMI_PARALLEL=3\n") && own.includes("GOGC=100\n"), own);
    });

    describe("PLATFORMS_ENGINE", () => {
        const patches = readdirSync(join(repository, "toolchain/engine/pulumi/patches")).sort();

        async function chosen(engine: string): Promise<string[]> {
            const script = 'source toolchain/engine/recipe.sh; echo "$BIN"; engine_patches | xargs -rn1 basename; mkdir -p "$BIN"; '
                + 'printf "#!/bin/sh\necho v3.1.0\n" >"$BIN/pulumi"; chmod 755 "$BIN/pulumi"; engine_name';
            return (await shell(script, { PLATFORMS_ENGINE: engine })).stdout.trim().split("\n");
        }

        it("builds and names the engine with all patches when it is left out", async () => {
            const [bin, ...others] = await chosen("");
            assert.match(bin!, /\/bin$/);
            assert.deepEqual(others, [...patches, "pulumi v3.1.0, built here with the patches of toolchain/engine/pulumi/patches"]);
        });

        it("builds and names the one without any, and the one without a certain one, beside it", async () => {
            const [bin, ...none] = await chosen("unpatched");
            assert.match(bin!, /\/bin-unpatched$/);
            assert.deepEqual(none, ["pulumi v3.1.0, built here unpatched"]);
            const [, ...most] = await chosen("without-0002");
            assert.deepEqual(most, [...patches.filter(name => !name.startsWith("0002")), "pulumi v3.1.0, built here without patch 0002"]);
        });

        it("is refused when it is anything else", async () => {
            const { code, output } = await shell("true", { PLATFORMS_ENGINE: "fast" });
            assert.equal(code, 1);
            assert.match(output, /error: PLATFORMS_ENGINE=fast is unknown; patched, unpatched and without-0001 are allowed/);
        });

        it("each patch says in its head what it does and why, and changes a test", () => {
            for (const name of patches) {
                const text = readFileSync(join(repository, "toolchain/engine/pulumi/patches", name), "utf8");
                assert.match(text, /^[a-z]+: .{10,70}\n\n(?:.{1,130}\n){2,}\n--- /, name);
                assert.match(text, /^\+\+\+ b\/.*_test\.go$/m, name);
            }
        });
    });

    describe("F25: with a cache of another user", () => {
        const state = { PLATFORMS_STATE: "/nonexistent" };

        it("go on when it has all that is needed", async () => {
            const { stdout } = await shell('printf %s "$TOOLCHAIN_DIRECTORY"');
            mkdirSync(join(stdout, "bin"), { recursive: true });
            writeFileSync(join(stdout, "bin/kube"), "", { mode: 0o755 });
            execFileSync("chmod", ["-R", "a-w", join(folder, "cache")]);
            const { code, output } = await shell("toolchain/engine/build.sh", state, another);
            assert.deepEqual([code, output], [0, ""]);
        });

        it("say what to do when it has not", async () => {
            mkdirSync(join(folder, "cache/platforms-toolchain/parts"), { recursive: true });
            execFileSync("chmod", ["-R", "a-w", join(folder, "cache")]);
            const { code, output } = await shell("toolchain/engine/build.sh", state, another);
            assert.equal(code, 1, output);
            assert.match(output, /error: .*platforms-toolchain lacks what this checkout needs, and \w+ may not write there/);
            assert.match(output, /remedy: .*XDG_CACHE_HOME/);
        });
    });

    describe("F26: with a state that may only be read", () => {
        for (const step of ["up", "preview", "down", "status", "env"]) {
            it(`${step} says so, and advises nothing that deletes`, async () => {
                const { stdout } = await shell('printf %s "$BIN"');
                mkdirSync(stdout, { recursive: true });
                writeFileSync(join(stdout, "kube"), "", { mode: 0o755 });
                mkdirSync(join(folder, "state"));
                chmodSync(join(folder, "state"), 0o555);
                const { code, output } = await shell(`toolchain/steps/${step}.sh`, { PLATFORMS_STATE: join(folder, "state") }, another);
                assert.equal(code, 1, output);
                assert.match(output, /error: \w+ may not write .*\/state, and what this checkout deploys is recorded there/);
                assert.match(output, /remedy: make it writable/);
                assert.doesNotMatch(output, /down|rm |ln:/);
                assert.ok(!existsSync(join(folder, "state/home")));
            });
        }

        it("what is prepared can be looked at", async () => {
            const environment = { PLATFORMS_STATE: join(folder, "state") };
            assert.equal((await shell("prepare_state", environment)).code, 0);
            execFileSync("chmod", ["-R", "a+rX,a-w", join(folder, "state")]);
            const { code, output } = await shell("prepare_state", environment, another);
            assert.deepEqual([code, output], [0, ""]);
        });
    });

    describe("status", () => {
        /** A pulumi that knows of one stack and its last update. */
        const history = [{
            kind: "update", startTime: "2026-11-30T10:00:00.000Z", endTime: "2026-11-30T10:01:00.000Z", result: "succeeded", message: "",
            environment: { "git.author": "somebody", "exec.kind": "cli" }, config: {}, resourceChanges: { create: 3, same: 1 },
        }];
        const status = (): Promise<CommandResult> => shell(`
            mkdir -p "$BIN" && cp ../kube "$BIN/kube" && cp ../kube "$BIN/cluster" && cp ../kube "$BIN/kubectl"
            cp ../pulumi "$BIN/pulumi" && toolchain/steps/status.sh`, { PLATFORMS_STATE: join(folder, "state") });

        beforeEach(() => write({
            kube: "#!/bin/sh\n",
            pulumi: `#!/bin/sh\ncase "$*" in *ls*) echo '[{"name":"organization/platforms/dev"}]';; *--json*) echo '${JSON.stringify(history)}';; esac\n`,
        }));

        it("F27: shows the last update without its metadata", async () => {
            const { stdout } = await status();
            assert.match(stdout, /update succeeded, 2026-11-30T10:00:00.000Z to 2026-11-30T10:01:00.000Z\n +3 create, 1 same\n/);
            assert.doesNotMatch(stdout, /somebody|exec\.kind|under way/);
        });

        it("F27: says that an update is under way, and since when", async () => {
            const began = new Date(Date.now() - 125_000);
            const pulumi = spawn("sleep", ["60"], { argv0: "pulumi" });
            write({
                "state/pulumi/.pulumi/locks/organization/platforms/dev/1.json":
                    JSON.stringify({ pid: pulumi.pid, username: "u", hostname: execFileSync("hostname", { encoding: "utf8" }).trim(), timestamp: began }),
            });
            const { stdout } = await status();
            pulumi.kill();
            assert.match(stdout, new RegExp(`an update is under way, since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\(2m\\d\\ds ago\\), process ${pulumi.pid}\\n`));
            assert.match(stdout, /update succeeded/);
        });
    });

    describe("down", () => {
        const state = { version: 3, deployment: { resources: [
            { urn: "urn:pulumi:prod::platforms::platforms:data:VolumeClaim$kubernetes:core/v1:PersistentVolumeClaim::storm-nats", protect: true },
            { urn: "urn:pulumi:prod::platforms::kubernetes:core/v1:Namespace::storm" },
        ] } };
        const down = (stack: string, cluster: string, variables: NodeJS.ProcessEnv = {}): Promise<CommandResult> => shell(`
            mkdir -p "$BIN" "$CLUSTER_DIRECTORY" && cp ../kube "$BIN/kube"
            for name in cluster kubectl pulumi; do cp ../recorder "$BIN/$name"; done
            touch "$CLUSTER_DIRECTORY/kubeconfig"
            toolchain/steps/down.sh`, { PLATFORMS_STATE: join(folder, "state"), STACK: stack, CLUSTER: cluster, ...variables });
        const called = (): string => existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8") : "";

        beforeEach(() => write({
            kube: "#!/bin/sh\n",
            recorder: `#!/bin/sh
                echo "$(basename "$0") $*" >> ${join(folder, "calls")}
                case "$*" in
                    "stack ls"*) echo '[{"name":"organization/platforms/dev"},{"name":"organization/platforms/prod"}]';;
                    "stack export"*) cat ${join(folder, "exported.json")};;
                    "get persistentvolumeclaims"*) cat ${join(folder, "claims")};;
                    "get persistentvolumes"*) cat ${join(folder, "volumes")};;
                    *) echo context;;
                esac\n`,
            "exported.json": JSON.stringify(state), "claims": "", "volumes": "",
        }));

        it("F10 F28: the embedded cluster goes with all that is in it, whatever is protected: nothing is deleted one by one", async () => {
            const { code, output } = await down("prod", "embedded");
            assert.equal(code, 0, output);
            assert.doesNotMatch(called(), /pulumi destroy/);
            assert.match(called(), /cluster stop --delete[^]*pulumi stack rm --force/);
        });

        it("F10: any other is refused before the first deletion while something is protected, with the list and the command", async () => {
            const { code, output } = await down("prod", "current", { YES: "prod" });
            assert.equal(code, 1, output);
            assert.match(output, /^ +PersistentVolumeClaim storm-nats$/m);
            assert.match(output, /error:.* stack prod protects 1 objects, listed above; nothing was deleted/);
            assert.match(output, /remedy: .*pulumi state unprotect --all --yes --stack prod/);
            assert.doesNotMatch(called(), /destroy/);
        });

        it("production asks for the stack's name, for which a yes is not enough", async () => {
            write({ "exported.json": JSON.stringify({ deployment: { resources: [] } }) });
            const refused = await down("prod", "current", { YES: "1" });
            assert.equal(refused.code, 1, refused.output);
            assert.match(refused.output, /nobody is there to be asked for the name of stack prod/);
            assert.doesNotMatch(called(), /destroy/);
            const { code, output } = await down("prod", "current", { YES: "prod" });
            assert.equal(code, 0, output);
            assert.match(called(), /pulumi destroy --yes/);
            assert.doesNotMatch(output, /Left on the cluster/);
        });

        it("names the claims and volumes that stay on the cluster, with the command for each", async () => {
            const claim = { outputs: { metadata: { namespace: "storm", name: "data-nats-0" } }, urn: "urn:pulumi:prod::platforms::x::y" };
            write({
                "exported.json": JSON.stringify({ deployment: { resources: [claim, claim] } }),
                "claims": "storm data-nats-0\nothers data\n", "volumes": "storm minio-pvc pvc-1\nothers data pvc-2\n",
            });
            const { code, output } = await down("prod", "current", { YES: "prod" });
            assert.equal(code, 0, output);
            assert.deepEqual(output.split("\n").slice(-4), [
                "Left on the cluster with their data; what is not needed goes with",
                "  kubectl delete persistentvolumeclaim --namespace storm data-nats-0",
                "  kubectl delete persistentvolume pvc-1   # of storm/minio-pvc",
                "",
            ]);
            assert.doesNotMatch(output, /others|pvc-2/);
        });
    });
});
