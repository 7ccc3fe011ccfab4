import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Result } from "../../harness/daemons/daemon";
import { Daemon, eventually, run, runSync, temporaryFolder } from "../../harness/daemons/daemon";

const repository = join(__dirname, "../../..");

/** Whether this machine lets tests make namespaces: as root on Linux. */
export const containersPossible = process.platform === "linux" && process.getuid?.() === 0;

/** A store of assembled images in a temporary folder. */
export class ImageStore {
    private readonly unpacked = new Map<string, Image>();

    private constructor(readonly folder: string, private readonly tool: string) {}

    /** Assembles images by their names; layers that the machine has made before are taken from its cache. */
    static build(names: readonly string[]): ImageStore {
        const folder = temporaryFolder("images");
        const list = join(folder, "names");
        writeFileSync(list, names.join("\n"));
        runSync(join(repository, "toolchain/images/build.sh"), ["--from", "packages", "--for", list, join(folder, "store")]);
        const tools = runSync(join(repository, "toolchain/images/tool/build.sh"), ["--print"]).trim();
        return new ImageStore(folder, join(tools, "images"));
    }

    /** Unpacks an image, once. */
    unpack(name: string): Image {
        const image = this.unpacked.get(name) ?? this.unpackNew(name);
        this.unpacked.set(name, image);
        return image;
    }

    private unpackNew(name: string): Image {
        const root = join(this.folder, name.replaceAll(/[/:]/g, "_"));
        const text = runSync(this.tool, ["unpack", "--dir", join(this.folder, "store"), "--image", name, root]);
        return new Image(root, (JSON.parse(text) as { config: ImageConfig }).config);
    }

    /** Removes everything. */
    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** What an image says of how it is started. */
interface ImageConfig {
    readonly Entrypoint?: string[];
    readonly Cmd?: string[];
    readonly Env: string[];
    readonly Labels: Record<string, string>;
    readonly WorkingDir?: string;
    readonly StopSignal?: NodeJS.Signals;
}

/** What a pod says of one of its containers, as far as a process on a machine can be given it. */
export interface ContainerOptions {
    readonly command?: readonly string[];
    readonly args?: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
    readonly user: number;
    /** @default the user's number */
    readonly group?: number;
    /** A container whose network it shares, as the containers of one pod do. @default a network of its own */
    readonly beside?: Container;
    /** Folders that may be written, empty at the start; one that is given as a path of the machine keeps what is in it. */
    readonly scratch?: readonly (string | readonly [path: string, folder: string])[];
    /** Files with their content. */
    readonly files?: Readonly<Record<string, string>>;
    /** Rejects or throws until the container is ready. @default it runs */
    readonly ready?: (container: Container) => unknown;
}

/** An unpacked image, which containers share. */
export class Image {
    constructor(readonly root: string, readonly config: ImageConfig) {}

    /** Program and version that the table of images says stands in it. */
    get program(): string | undefined {
        return this.config.Labels["platforms.program"];
    }

    /**
     * Starts a container as a node would: with mount, process and network namespaces of its own, a read-only root, and no
     * capability or way to get one.
     */
    async start(name: string, options: ContainerOptions): Promise<Container> {
        const args = options.args ?? (options.command ? [] : this.config.Cmd ?? []);
        const command = [...options.command ?? this.config.Entrypoint ?? [], ...args];
        const folder = temporaryFolder(`${name}-files`);
        const inside = ["--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "sh", "-euc",
            `${this.mounts(options, folder).join("\n")}\nexec "$@"`, "sh", "setpriv", "--no-new-privs", ...this.enter(options, command)];
        const { beside } = options;
        const daemon = await Daemon.start({
            name,
            command: beside ? "nsenter" : "unshare",
            args: beside ? [`--net=/proc/${beside.pid()}/ns/net`, "unshare", ...inside] : ["--net", ...inside],
            ready: () => undefined,
        });
        const container = new Container(daemon, this, options, folder);
        try {
            await eventually(`${name} is ready`, () => options.ready?.(container) ?? container.exec("true"), { giveUp: () => container.ended() });
        } catch (error) {
            const said = daemon.output();
            await container.stop();
            throw new Error(`${(error as Error).message}\n${said.split("\n").slice(-15).join("\n")}`, { cause: error });
        }
        return container;
    }

    /** What makes a process one of the container's: its root, user, variables and working folder. */
    enter({ user, group = user, environment = {} }: ContainerOptions, command: readonly string[]): string[] {
        // The runtime gives a home to whoever has none.
        const variables = ["HOME=/", ...this.config.Env, ...Object.entries(environment).map(([key, value]) => `${key}=${value}`)];
        const folder = this.config.WorkingDir ?? "/";
        // Images of one static program have no shell, and no folder to go to either.
        const there = folder === "/" ? [] : ["/bin/sh", "-c", 'cd "$0" && exec "$@"', folder];
        return ["env", "-i", ...variables, "/usr/sbin/chroot", `--userspec=${user}:${group}`, `--groups=${group}`, this.root,
            ...there, ...command];
    }

    private mounts({ user, group = user, scratch = [], files = {} }: ContainerOptions, folder: string): string[] {
        const at = (path: string): string => join(this.root, path);
        // A kubelet writes this one for every pod.
        const content = Object.entries({ "/etc/hosts": "127.0.0.1 localhost\n", ...files }).map(([path, text], number) => {
            const file = join(folder, `${number}-${basename(path)}`);
            writeFileSync(file, text);
            chmodSync(file, 0o644);
            return `mkdir -p "$(dirname "${at(path)}")"; touch "${at(path)}"; mount --bind "${file}" "${at(path)}"`;
        });
        chmodSync(folder, 0o755);
        return [
            "mount --make-rprivate /",
            "ip link set lo up",
            // Programs open it again by its path, which a node lets them.
            `chown ${user} /proc/self/fd/1`,
            `mount --bind "${this.root}" "${this.root}"`,
            `mkdir -p "${at("proc")}" "${at("sys")}" "${at("dev")}"`,
            `mount -t proc proc "${at("proc")}"`,
            `mount -t sysfs -o ro sysfs "${at("sys")}"`,
            `mount --rbind /dev "${at("dev")}"`,
            ...scratch.map(item => {
                const [path, kept] = typeof item === "string" ? [item, undefined] : item;
                mkdirSync(at(path), { recursive: true });
                return kept === undefined
                    ? `mount -t tmpfs -o mode=2777,gid=${group} scratch "${at(path)}"`
                    : `chown 0:${group} "${kept}"; chmod 2777 "${kept}"; mount --bind "${kept}" "${at(path)}"`;
            }),
            ...content,
            // The kernel refuses it for as long as a file that was written just now is being closed.
            `for attempt in $(seq 100); do mount -o remount,bind,ro "${this.root}" && break; [ "$attempt" -lt 100 ] || exit 1; sleep 0.1; done`,
        ];
    }
}

const containers = new Set<Container>();
process.on("exit", () => containers.forEach(container => container.kill()));

/** A running container. */
export class Container {
    private said?: string;

    constructor(
        private readonly daemon: Daemon, private readonly image: Image, private readonly options: ContainerOptions,
        private readonly folder: string,
    ) {
        containers.add(this);
    }

    /** Runs a command in the container as its own user, as probes do. */
    exec(...command: string[]): Promise<Result> {
        return run("nsenter", this.inside(command));
    }

    /** The same, and gives what it wrote. @throws Error unless it ends 0 */
    async mustExec(...command: string[]): Promise<string> {
        return written(command, await this.exec(...command));
    }

    /** The same; whatever still runs after so many seconds is killed, with all that it has started. */
    async mustExecWithin(seconds: number, ...command: string[]): Promise<string> {
        return written(command, await run("timeout", ["--signal=KILL", String(seconds), "nsenter", ...this.inside(command)]));
    }

    private inside(command: readonly string[]): string[] {
        return ["--target", String(this.pid()), "--mount", "--net", "--pid", "--ipc", "--uts", ...this.image.enter(this.options, command)];
    }

    /** What it wrote to standard output and error. */
    output(): string {
        return this.said ?? this.daemon.output();
    }

    /** Why it no longer runs. */
    ended(): string | undefined {
        return existsSync(`/proc/${this.daemon.pid}/ns`) && !/^State:\tZ/m.test(readFileSync(`/proc/${this.daemon.pid}/status`, "utf8"))
            ? undefined : "the container ended";
    }

    /** Ends the container with the image's signal, and waits for its end. */
    async stop(): Promise<void> {
        if (this.ended() === undefined) {
            process.kill(this.pid(), this.image.config.StopSignal ?? "SIGTERM");
        }
        await eventually("the container ends", () => assert.ok(this.ended()), { seconds: 20 }).catch(() => this.kill());
        this.said ??= this.daemon.output();
        await this.daemon.stop();
        containers.delete(this);
        rmSync(this.folder, { recursive: true, force: true });
    }

    /** Ends the container at once. What starts it cannot: it holds no process that has become another user's. */
    kill(): void {
        if (this.ended() === undefined) {
            process.kill(this.pid(), "SIGKILL");
        }
    }

    /** Process of the machine that is the container's first. @throws Error unless it runs */
    pid(): number {
        const [first] = this.daemon.children();
        if (first === undefined) {
            throw new Error("the container does not run yet");
        }
        return first;
    }
}

function written(command: readonly string[], { code, stdout, stderr }: Result): string {
    if (code !== 0) {
        throw new Error(`${command.join(" ")} ended with code ${code}:\n${stdout}${stderr}`);
    }
    return stdout.trim();
}
