import { spawn } from "node:child_process";

/** What a finished command left behind. */
export interface CommandResult {
    /** Exit code; null when a signal ended it. */
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
    /** Both streams as they came. */
    readonly output: string;
}

/** Where and how a command runs. */
export interface CommandOptions {
    readonly directory?: string;
    readonly environment?: NodeJS.ProcessEnv;
    /** Text for its standard input. */
    readonly input?: string;
}

/** Runs a command to its end, whatever its exit code. */
export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { cwd: options.directory, env: options.environment ?? process.env });
        let stdout = "";
        let stderr = "";
        let output = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => { stdout += text; output += text; });
        child.stderr.setEncoding("utf8").on("data", (text: string) => { stderr += text; output += text; });
        child.on("error", reject);
        child.on("close", code => resolve({ code, stdout, stderr, output }));
        child.stdin.on("error", () => undefined);
        child.stdin.end(options.input ?? "");
    });
}

/**
 * Runs a command that must succeed.
 * @throws Error with the command and the end of what it said
 */
export async function mustRun(command: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    const result = await run(command, args, options);
    if (result.code !== 0) {
        throw new Error(`${command} ${args.join(" ")} ended with ${result.code}:\n${result.output.split("\n").slice(-40).join("\n")}`);
    }
    return result;
}
