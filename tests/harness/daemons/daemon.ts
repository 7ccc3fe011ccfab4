import type { ChildProcess, SpawnOptions } from "node:child_process";
import { spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, openSync, closeSync, readFileSync, readdirSync, rmSync } from "node:fs";
import type { ListenOptions } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** The only address test daemons listen on. */
export const HOST = "127.0.0.1";

/** A system user, as numbers for the kernel. */
export interface User {
    uid: number;
    gid: number;
}

/** Program, arguments and readiness of a daemon. */
export interface DaemonOptions {
    /** Name in messages and of the log file. */
    name: string;
    /** Path of the program. */
    command: string;
    args: string[];
    /** Rejects or throws until the daemon answers. */
    ready: () => unknown;
    /** Added to the test's own environment. */
    env?: NodeJS.ProcessEnv;
    /** Working folder. @default the daemon's own temporary folder */
    cwd?: string;
    /** Runs as this user. @default the test's own user */
    user?: User;
    /** Folder of the log file; not removed at the end. @default a temporary folder that is removed */
    folder?: string;
    /** Signal that asks the daemon to end. @default "SIGTERM" */
    stopSignal?: NodeJS.Signals;
}

const children = new Set<ChildProcess>();
// No SIGKILL: a daemon that ends by itself takes its worker processes along.
process.on("exit", () => children.forEach(child => child.kill("SIGTERM")));
for (const [signal, code] of [["SIGTERM", 143], ["SIGHUP", 129]] as const) {
    process.once(signal, () => process.exit(code));
}

/** A child that ends with the tests, however those end. */
function spawnChild(command: string, args: string[], options: SpawnOptions): ChildProcess {
    const child = spawn(command, args, options);
    children.add(child);
    child.once("exit", () => children.delete(child));
    return child;
}

/** A child process that has answered once and runs until `stop`. */
export class Daemon {
    private constructor(
        readonly options: DaemonOptions,
        private readonly folder: string,
        private readonly child: ChildProcess,
        private readonly ended: Promise<void>,
    ) {}

    /**
     * Starts a daemon and returns once it is ready.
     *
     * @throws with the daemon's last lines when it ends early or is not ready within 60 s.
     */
    static async start(options: DaemonOptions): Promise<Daemon> {
        const { name, command, args, env, user } = options;
        const folder = options.folder ?? temporaryFolder(name, user);
        const logFile = join(folder, `${name}.log`);
        // A file instead of a pipe: daemons may open /dev/stdout again, which pipes of Node.js do not allow.
        const log = openSync(logFile, "a");
        if (user) {
            chownSync(logFile, user.uid, user.gid);
        }
        const child = spawnChild(command, args, {
            cwd: options.cwd ?? folder,
            env: { ...process.env, ...env },
            stdio: ["ignore", log, log],
            ...user,
        });
        closeSync(log);
        let failure: string | undefined;
        const ended = new Promise<void>(resolve => {
            child.once("error", error => {
                failure = error.message;
                resolve();
            });
            child.once("exit", (code, signal) => {
                failure ??= `ended with ${signal ?? `code ${code}`}`;
                resolve();
            });
        });
        const daemon = new Daemon(options, folder, child, ended);
        try {
            await eventually(`${name} is ready`, async () => {
                await options.ready();
            }, { giveUp: () => failure });
        } catch (error) {
            const lastLines = daemon.output().split("\n").slice(-15).join("\n");
            await daemon.stop();
            throw new Error(`${name} did not start: ${(error as Error).message}\n${lastLines}`, { cause: error });
        }
        return daemon;
    }

    /** Process id. */
    get pid(): number {
        return this.child.pid ?? 0;
    }

    /** Process ids of the direct children. */
    children(): number[] {
        return readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
    }

    /** Everything written to standard output and error so far. */
    output(): string {
        const logFile = join(this.folder, `${this.options.name}.log`);
        return existsSync(logFile) ? readFileSync(logFile, "utf8") : "";
    }

    /** Ends the process, waits for its end and removes its own folder. */
    async stop(): Promise<void> {
        this.child.kill(this.options.stopSignal);
        const force = setTimeout(() => this.kill(), 20_000);
        await this.ended;
        clearTimeout(force);
        if (this.options.folder === undefined) {
            rmSync(this.folder, { recursive: true, force: true });
        }
    }

    /** Ends the process at once. */
    kill(): void {
        this.child.kill("SIGKILL");
    }
}

const [lowestPort, ephemeralPort] = [20_000, 32_768] as const;

/** Whether one may listen at `address`. `held` keeps it until the process ends. */
function canListen(address: ListenOptions, { held = false } = {}): Promise<boolean> {
    return new Promise(resolve => {
        const server = createServer();
        server.once("error", () => resolve(false));
        server.listen(address, () => held ? resolve(true) : server.close(() => resolve(true)));
        server.unref();
    });
}

/**
 * A TCP port nobody listens on, for a server that may go away and come back: from below the range that outgoing connections
 * are given theirs from, or one of them may hold the port in the meantime. An abstract socket of its name keeps tests that run
 * at the same time from choosing it as well.
 */
export async function freePort(): Promise<number> {
    for (;;) {
        const port = lowestPort + Math.floor(Math.random() * (ephemeralPort - lowestPort));
        if (await canListen({ path: `\0platforms-test-port-${port}` }, { held: true }) && await canListen({ host: HOST, port })) {
            return port;
        }
    }
}

/** A new folder that belongs to `user`; the caller removes it. */
export function temporaryFolder(name: string, user?: User): string {
    const folder = mkdtempSync(join(tmpdir(), `${name}-`));
    if (user) {
        chownSync(folder, user.uid, user.gid);
    }
    return folder;
}

/**
 * User to run a daemon as when the tests run as root; undefined otherwise, as only root can choose.
 *
 * @throws when there is no such user.
 */
export function unprivileged(name: string): User | undefined {
    if (process.getuid?.() !== 0) {
        return undefined;
    }
    const line = readFileSync("/etc/passwd", "utf8").split("\n").find(entry => entry.startsWith(`${name}:`));
    if (line === undefined) {
        throw new Error(`user "${name}" does not exist; install the Debian package that brings it`);
    }
    const [, , uid, gid] = line.split(":").map(Number);
    return { uid, gid };
}

/**
 * Path of a program on PATH, in /usr/sbin or in the newest of PostgreSQL's own folders.
 *
 * @throws naming the Debian package when it is missing.
 */
export function program(name: string, debianPackage: string): string {
    const postgresql = "/usr/lib/postgresql";
    const versions = existsSync(postgresql) ? readdirSync(postgresql).sort((a, b) => Number(b) - Number(a)) : [];
    const folders = [
        ...versions.map(version => join(postgresql, version, "bin")),
        ...(process.env["PATH"] ?? "").split(delimiter),
        "/usr/sbin",
    ];
    const found = folders.map(folder => join(folder, name)).find(existsSync);
    if (found === undefined) {
        throw new Error(`${name} is not installed; remedy: apt-get install ${debianPackage}`);
    }
    return found;
}

/** Exit code and texts of a program that ended. */
export interface Result {
    code: number | null;
    stdout: string;
    stderr: string;
}

/** Runs a program to its end, whatever its exit code. */
export function run(
    command: string,
    args: string[],
    options: { env?: NodeJS.ProcessEnv; cwd?: string; user?: User } = {},
): Promise<Result> {
    return new Promise((resolve, reject) => {
        const { env, cwd, user } = options;
        const child = spawnChild(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], ...user });
        let stdout = "";
        let stderr = "";
        child.stdout?.setEncoding("utf8").on("data", text => stdout += text);
        child.stderr?.setEncoding("utf8").on("data", text => stderr += text);
        child.once("error", reject);
        child.once("close", code => resolve({ code, stdout, stderr }));
    });
}

/** Runs a short program to its end; throws with its output unless it ends 0. */
export function runSync(command: string, args: string[], options: { env?: NodeJS.ProcessEnv; cwd?: string; user?: User } = {}): string {
    const { env, cwd, user } = options;
    const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, env: { ...process.env, ...env }, encoding: "utf8", ...user });
    if (status !== 0) {
        throw error ?? new Error(`${command} ended with code ${status}:\n${stderr}`);
    }
    return stdout;
}

/**
 * Repeats `check` until it neither throws nor rejects.
 *
 * @throws the last failure after `seconds`, or at once when `giveUp` gives a reason.
 */
export async function eventually<T>(
    what: string,
    check: () => T | Promise<T>,
    { seconds = 60, giveUp = () => undefined }: { seconds?: number; giveUp?: () => string | undefined } = {},
): Promise<T> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
        try {
            return await check();
        } catch (error) {
            const reason = giveUp();
            if (reason !== undefined) {
                throw new Error(reason, { cause: error });
            }
            if (Date.now() > end) {
                throw new Error(`not within ${seconds} s: ${what}; last: ${(error as Error).message}`, { cause: error });
            }
        }
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}
