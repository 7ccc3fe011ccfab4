import { mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { ShellScript } from "../../../components/kit/textFile";
import { Daemon, HOST, program, run, runSync, temporaryFolder } from "../../harness/daemons/daemon";

const debianPackage = "redis-server";

/** A password as the program generates them; the tests look for it where it must not be. */
export const canaryPassword = "Canary0Password0Of0Redis0000000x";

/** PATH of the Redis image: the applets of busybox, redis-server and redis-cli, nothing else. */
export function imagePath(folder: string): string {
    const binaries = join(folder, "bin");
    mkdirSync(binaries);
    runSync(program("busybox", "busybox"), ["--install", "-s", binaries]);
    for (const name of ["redis-server", "redis-cli"]) {
        symlinkSync(program(name, debianPackage), join(binaries, name));
    }
    // Not an applet of Debian's busybox, but part of the Alpine image.
    symlinkSync(program("getent", "libc-bin"), join(binaries, "getent"));
    return binaries;
}

/** Arguments of a container, with its folder /data moved and its ports on the loopback interface only. */
export function onLoopback(args: readonly string[], folder: string): string[] {
    return [...args.map(argument => argument === "/data" ? folder : argument), "--bind", HOST, "-::1"];
}

/** A container of the Redis image as a process on this machine. */
export interface Process {
    /** Name of the pod. */
    readonly pod: string;
    readonly port: number;
    readonly script: ShellScript;
    readonly args: readonly string[];
    readonly password: string | undefined;
    /** Password before the last rotation. */
    readonly previous?: string | undefined;
    /** PATH of the image. */
    readonly path: string;
    /** Shell condition that makes it ready, as its probe has it. */
    readonly isReady: string;
}

/** Environment of a container that knows the password. */
export function passwordEnvironment(password: string | undefined, previous?: string): NodeJS.ProcessEnv {
    return password === undefined ? {} : { REDIS_PASSWORD: password, REDISCLI_AUTH: password, PREVIOUS_PASSWORD: previous };
}

/** A process of the Redis image that can be killed and started again with the same folder or an empty one. */
export class RedisProcess {
    readonly folder: string;
    private daemon: Daemon | undefined;

    private constructor(public process: Process) {
        this.folder = temporaryFolder(process.pod);
    }

    static async start(process: Process): Promise<RedisProcess> {
        const started = new RedisProcess(process);
        await started.start();
        return started;
    }

    /** Starts it on its folder; `ready: false` does not wait for its readiness probe. */
    async start({ ready = true } = {}): Promise<void> {
        const { pod, script, args, password, previous, path } = this.process;
        const moved = Object.entries(script.environment).map(([name, value]) => [name, value === "/data" ? this.folder : value]);
        this.daemon = await Daemon.start({
            name: pod,
            command: join(path, "sh"),
            args: ["-c", script.text, "redis-server", ...onLoopback(args, this.folder)],
            env: { PATH: path, HOSTNAME: pod, ...Object.fromEntries(moved), ...passwordEnvironment(password, previous) },
            folder: this.folder,
            ready: async () => ready && await this.requireReady(),
        });
    }

    /** Fails unless the readiness probe passes. */
    async requireReady(): Promise<void> {
        const { code, stdout, stderr } = await this.probe(this.process.isReady);
        if (code !== 0) {
            throw new Error(`${this.process.pod} is not ready: ${stdout}${stderr}`);
        }
    }

    /** Runs a probe's shell condition as in the container. */
    probe(condition: string): ReturnType<typeof run> {
        const { path, port, password } = this.process;
        return run(join(path, "sh"), ["-c", condition.replace(/redis-cli( -p \d+)?/g, `redis-cli -h ${HOST} -p ${port}`)],
            { env: { PATH: path, ...passwordEnvironment(password) } });
    }

    /** Answer to a command, without its line end. */
    command(...words: string[]): Promise<string> {
        return ask(this.process.port, this.process.password, ...words);
    }

    get pid(): number {
        return this.daemon?.pid ?? 0;
    }

    /** What it wrote to its log so far. */
    log(): string {
        return this.daemon?.output() ?? "";
    }

    /** Ends it without a chance to say goodbye. */
    async kill(): Promise<void> {
        this.daemon?.kill();
        await this.daemon?.stop();
        this.daemon = undefined;
    }

    /** Ends it as the kubelet does. */
    async terminate(): Promise<void> {
        await this.daemon?.stop();
        this.daemon = undefined;
    }

    /** Replaces its pod: ended in order, an empty folder, another password. */
    async replace(password: string, previous: string): Promise<void> {
        await this.terminate();
        this.forget();
        this.process = { ...this.process, password, previous };
        await this.start();
    }

    /** Empties its folder, as a new pod finds it. */
    forget(): void {
        readdirSync(this.folder).forEach(name => rmSync(join(this.folder, name), { recursive: true }));
    }

    /** Ends it and removes its folder. */
    async remove(): Promise<void> {
        await this.kill();
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** Answer of a server on this machine to one command, error or not, without its line end. */
export async function ask(port: number, password: string | undefined, ...words: string[]): Promise<string> {
    const { stdout, stderr } = await run(program("redis-cli", debianPackage), ["-h", HOST, "-p", String(port), ...words],
        { env: password === undefined ? {} : { REDISCLI_AUTH: password } });
    return `${stdout}${stderr}`.trim();
}
