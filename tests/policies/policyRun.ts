import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import type { CommandResult } from "../harness/command";
import { mustRun, run } from "../harness/command";
import { engineSettings } from "../harness/stack";

const repository = resolve(__dirname, "../..");

/** One line of the engine's policy report. */
export interface Violation {
    readonly policy: string;
    readonly level: string;
    /** Logical name of the resource. */
    readonly resource: string;
    readonly message: string;
}

/** A finished engine command with what the policies said. */
export interface PolicyResult extends CommandResult {
    readonly violations: readonly Violation[];
}

/** What a run has beside the program. */
export interface PolicyRunOptions {
    /** Folder of further language hosts. @default none */
    readonly extraPath?: string | undefined;
    /** `sdk` for the policy SDK's server in place of the pack's own. @default the pack's own */
    readonly server?: string;
}

/** A program in a folder of its own, with state and rendered objects beside it. */
export class PolicyRun {
    private constructor(private readonly root: string, private readonly runOptions: PolicyRunOptions) {}

    /**
     * Copies a program of this folder.
     * @param program name of the folder below programs
     * @param configuration of the program, without the project's prefix
     */
    static async create(
        program: string, configuration: Readonly<Record<string, string>>, options: PolicyRunOptions = {},
    ): Promise<PolicyRun> {
        const self = new PolicyRun(mkdtempSync(join(tmpdir(), "policy-run-")), options);
        cpSync(join(__dirname, "programs", program), self.program, { recursive: true });
        symlinkSync(join(repository, "node_modules"), join(self.program, "node_modules"));
        mkdirSync(join(self.root, "state"));
        await mustRun("pulumi", ["stack", "init", "test", "--non-interactive"], self.options).catch((error: NodeJS.ErrnoException) => {
            throw error.code === "ENOENT" ? new Error('the toolchain is not on PATH; run: eval "$(make -s env)"') : error;
        });
        const { name } = parse(readFileSync(join(self.program, "Pulumi.yaml"), "utf8"));
        const values = Object.entries({ directory: join(self.root, "rendered"), ...configuration }).map(([key, value]) => [`${name}:${key}`, value]);
        appendFileSync(join(self.program, "Pulumi.test.yaml"), stringify({ config: Object.fromEntries(values) }));
        return self;
    }

    /**
     * Runs `preview` or `up` with a pack.
     * @param settings of the pack, as in the file for --policy-pack-config
     * @param pack folder of the pack. @default this repository's
     */
    async operate(operation: "preview" | "up", settings: object = {}, pack = join(repository, "policies")): Promise<PolicyResult> {
        const [log, config] = [join(this.root, "events.json"), join(this.root, "policies.json")];
        rmSync(log, { force: true });
        writeFileSync(config, JSON.stringify(settings));
        const result = await run("pulumi", [
            operation, "--stack", "test", "--non-interactive", "--event-log", log, ...(operation === "up" ? ["--yes", "--skip-preview"] : []),
            "--policy-pack", pack, "--policy-pack-config", config,
        ], this.options);
        return { ...result, violations: readViolations(log) };
    }

    /** Writes a pack in TypeScript into a folder. @param source what stands in its index.ts after the import of PolicyPack */
    writePack(source: string): string {
        const pack = join(this.root, "pack");
        mkdirSync(pack);
        symlinkSync(join(repository, "policies/node_modules"), join(pack, "node_modules"));
        writeFileSync(join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\n");
        writeFileSync(join(pack, "package.json"), JSON.stringify({ name: "pack", version: "1.0.0" }));
        writeFileSync(join(pack, "index.ts"), `import { PolicyPack } from "@pulumi/policy";\n${source}`);
        return pack;
    }

    /** A rendered object, or undefined when it was not created. */
    rendered(file: string): string | undefined {
        const path = join(this.root, "rendered", "1-manifest", file);
        return existsSync(path) ? readFileSync(path, "utf8") : undefined;
    }

    /** Removes everything. */
    remove(): void {
        rmSync(this.root, { recursive: true, force: true });
    }

    private get program(): string {
        return join(this.root, "program");
    }

    private get options(): { directory: string; environment: NodeJS.ProcessEnv } {
        return {
            directory: this.program,
            environment: {
                ...process.env,
                PATH: [this.runOptions.extraPath, process.env["PATH"]].filter(part => part !== undefined).join(delimiter),
                POLICY_SERVER: this.runOptions.server,
                // Files are rendered: a kubeconfig would be refused beside their folder.
                KUBECONFIG: undefined,
                PULUMI_BACKEND_URL: `file://${join(this.root, "state")}`,
                PULUMI_CONFIG_PASSPHRASE: "test",
                ...engineSettings(),
                // The program is checked with the tests.
                PULUMI_NODEJS_TRANSPILE_ONLY: "true",
                // Offers --event-log.
                PULUMI_DEBUG_COMMANDS: "true",
            },
        };
    }
}

function readViolations(log: string): Violation[] {
    const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n").filter(line => line !== "") : [];
    return lines.map(line => JSON.parse(line)).flatMap(({ policyEvent }) => policyEvent ? [{
        policy: policyEvent.policyName, level: policyEvent.enforcementLevel, message: policyEvent.message,
        resource: String(policyEvent.resourceUrn ?? "").split("::").at(-1)!,
    }] : []);
}

/** Builds the language host for YAML programs, once for a machine's Go build cache, into a folder. */
export function buildYamlHost(folder: string): void {
    execFileSync("go", ["build", "-o", join(folder, "pulumi-language-yaml"), "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"],
        { cwd: join(__dirname, "language-yaml"), stdio: ["ignore", "ignore", "inherit"] });
}
