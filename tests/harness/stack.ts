import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { stringify } from "yaml";
import type { TestCluster } from "./cluster";
import type { CommandResult } from "./command";
import { mustRun, run } from "./command";

const repository = resolve(__dirname, "../..");

/** What the engine is started with here as well as by make up. */
export function engineSettings(): Record<string, string> {
    return parseEnv(readFileSync(join(repository, "toolchain/engine/settings.env"), "utf8")) as Record<string, string>;
}

/** What the engine did to one resource. */
export interface Step {
    readonly operation: "create" | "update" | "delete" | "replace" | "same" | "create-replacement" | "delete-replaced" | "refresh";
    readonly urn: string;
    readonly type: string;
    /** Logical name. */
    readonly name: string;
}

/** A finished engine command and the steps it took. */
export interface StackResult extends CommandResult {
    readonly steps: readonly Step[];
}

/** What a stack runs, where it is not the whole program with the policy pack. */
export interface TestStackOptions {
    /** Entry point. @default the repository's index.ts */
    readonly program?: string;
    /** Runs the policy pack. @default true */
    readonly policies?: boolean;
    /** Configuration of every update, such as the platforms that are enabled. @default none */
    readonly values?: Readonly<Record<string, unknown>>;
    /** Writes the state at each step, for tests that go on from an update that was killed. @default false, once at the end */
    readonly checkpoints?: boolean;
}

/** One stack of the program, or of another program, with a state and configuration of its own. */
export class TestStack {
    private constructor(
        private readonly cluster: Pick<TestCluster, "environment">, private readonly name: string, private readonly directory: string,
        private readonly arguments_: readonly string[], private readonly values: Readonly<Record<string, unknown>>,
        private readonly checkpoints: boolean,
    ) {}

    /**
     * Creates a stack.
     * @param environment name of the stack and of its environment
     */
    static async create(cluster: Pick<TestCluster, "environment">, environment: string, options: TestStackOptions = {}): Promise<TestStack> {
        const directory = await mkdtemp(join(tmpdir(), "platforms-stack-"));
        await mkdir(join(directory, "state"));
        for (const file of ["node_modules", "components", "package.json", "tsconfig.json", "Pulumi.yaml", "start.js"]) {
            await symlink(join(repository, file), join(directory, file));
        }
        await symlink(options.program ?? join(repository, "index.ts"), join(directory, "index.ts"));
        const policies = join(repository, "policies");
        const stack = new TestStack(cluster, environment, directory, options.policies === false ? [] : [
            "--policy-pack", policies, "--policy-pack-config", join(policies, "platforms.json"),
        ], options.values ?? {}, options.checkpoints ?? false);
        await stack.configure({});
        await mustRun("pulumi", ["stack", "init", environment, "--non-interactive"], stack.commandOptions);
        return stack;
    }

    /** Replaces the stack's configuration but for what every update has, given without the project's prefix. */
    async configure(values: Readonly<Record<string, unknown>>): Promise<void> {
        const config = Object.fromEntries(Object.entries({ environment: this.name, ...this.values, ...values })
            .map(([key, value]) => [`platforms:${key}`, value]));
        await writeFile(join(this.directory, `Pulumi.${this.name}.yaml`), stringify({ config }));
    }

    /** `pulumi up`, whatever its exit code. */
    up(...args: string[]): Promise<StackResult> {
        return this.operate("up", ["--yes", "--skip-preview", ...this.arguments_, ...args]);
    }

    /**
     * `pulumi up`, one step after another, of which the engine, or its provider of Kubernetes objects, is killed at a moment that lasts
     * until then.
     * @throws Error when it ends before
     */
    async killedUp(moment: Promise<unknown>, victim: "engine" | "provider" = "engine"): Promise<void> {
        const { directory: cwd, environment: env } = this.commandOptions;
        const engine = spawn("pulumi", ["up", "--stack", this.name, "--non-interactive", "--yes", "--skip-preview", "--parallel=1",
            ...this.arguments_], { cwd, env, stdio: "ignore" });
        const ended = once(engine, "exit");
        await Promise.race([moment, ended.then(() => assert.fail("the update ended before it could be killed"))]);
        const plugins = await descendants(String(engine.pid));
        if (victim === "engine") {
            engine.kill("SIGKILL");
            await ended;
            await run("kill", plugins);
            return;
        }
        const names = await mustRun("ps", ["--format", "pid=,args=", "--pid", plugins.join(",")]);
        const providers = names.stdout.split("\n").filter(line => line.includes("pulumi-resource-kubernetes")).map(line => line.trim().split(" ")[0] ?? "");
        await mustRun("kill", ["-9", ...providers]);
        const [code] = await ended as [number];
        assert.notEqual(code, 0, "an update without its provider succeeded");
    }

    /** What `make up` does before its update: releases the lock of one that was killed, reads back what it was at, repairs what differs. */
    recover(): Promise<CommandResult> {
        const script = 'STACK=$2 new_cluster=""; for part in step recover repair summary; do source "$ROOT/toolchain/steps/$part.sh"; done; recover';
        return run("bash", ["-euc", script, "bash", "", this.name], {
            ...this.commandOptions, environment: { ...this.commandOptions.environment, ROOT: repository },
        });
    }

    /** `pulumi preview`, whatever its exit code. */
    preview(...args: string[]): Promise<StackResult> {
        return this.operate("preview", ["--diff", ...this.arguments_, ...args]);
    }

    /** `pulumi destroy`, whatever its exit code. */
    destroy(): Promise<StackResult> {
        return this.operate("destroy", ["--yes", "--skip-preview"]);
    }

    /** The state as the backend keeps it, secrets encrypted. */
    async state(): Promise<string> {
        return (await mustRun("pulumi", ["stack", "export", "--stack", this.name], this.commandOptions)).stdout;
    }

    /** Stack outputs with secrets masked. */
    async outputs(): Promise<Record<string, unknown>> {
        return JSON.parse((await mustRun("pulumi", ["stack", "output", "--json", "--stack", this.name], this.commandOptions)).stdout);
    }

    /** Any command in the stack's folder. */
    command(command: string, ...args: string[]): Promise<CommandResult> {
        return run(command, args, this.commandOptions);
    }

    /** Forgets the stack; its objects go with the cluster. */
    async remove(): Promise<void> {
        await rm(this.directory, { recursive: true, force: true });
    }

    private get commandOptions(): { directory: string; environment: NodeJS.ProcessEnv } {
        return {
            directory: this.directory,
            environment: {
                ...this.cluster.environment,
                PULUMI_BACKEND_URL: `file://${join(this.directory, "state")}?metadata=skip`,
                PULUMI_CONFIG_PASSPHRASE: "test",
                PULUMI_SKIP_CHECKPOINTS: String(!this.checkpoints),
                ...engineSettings(),
                // Offers --event-log, from which the steps are read.
                PULUMI_DEBUG_COMMANDS: "true",
            },
        };
    }

    private async operate(operation: string, args: readonly string[]): Promise<StackResult> {
        const log = join(this.directory, `${operation}-events.json`);
        await rm(log, { force: true });
        const result = await run("pulumi", [operation, "--stack", this.name, "--non-interactive", "--event-log", log, ...args], this.commandOptions);
        return { ...result, steps: await readSteps(log) };
    }
}

/** Processes that a process has started, and those have, by their numbers. */
async function descendants(parent: string): Promise<string[]> {
    const children = (await run("pgrep", ["--parent", parent])).stdout.split("\n").filter(line => line !== "");
    return [...children, ...(await Promise.all(children.map(descendants))).flat()];
}

async function readSteps(log: string): Promise<Step[]> {
    const lines = (await readFile(log, "utf8").catch(() => "")).split("\n").filter(line => line !== "");
    return lines.map(line => JSON.parse(line)).flatMap(event => {
        const metadata = event.resourcePreEvent?.metadata;
        return metadata ? [{ operation: metadata.op, urn: metadata.urn, type: metadata.type, name: String(metadata.urn).split("::").at(-1) as string }] : [];
    });
}

/** Steps that changed something, without the bookkeeping of the stack itself. */
export function changes({ steps }: StackResult): Step[] {
    return steps.filter(({ operation, type }) => operation !== "same" && operation !== "refresh" && type !== "pulumi:pulumi:Stack");
}

/** Fails with the engine's own words when an operation failed. */
export function assertSucceeded(result: CommandResult): void {
    assert.equal(result.code, 0, result.output.split("\n").slice(-60).join("\n"));
}
