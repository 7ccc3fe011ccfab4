import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MinioProvisioning } from "../../../components/data/minio/provisioning";
import { policyFiles, provisioningScript, serverAlias } from "../../../components/data/minio/provisioning";
import { builtPrograms } from "./builtPrograms";
import type { Result } from "./daemon";
import { Daemon, freePort, HOST, run, temporaryFolder } from "./daemon";

/** Access key and secret key. */
export interface Keys {
    readonly accessKey: string;
    readonly secretKey: string;
}

/** One MinIO server, with the client and the script of the provisioning Job. */
export class MinioServer {
    private constructor(
        private readonly folder: string, private readonly path: string, readonly port: number, private readonly root: Keys,
        private readonly daemon: Daemon,
    ) {}

    /** @param more further variables of the server, such as its key */
    static async start(root: Keys, more: NodeJS.ProcessEnv = {}): Promise<MinioServer> {
        const folder = temporaryFolder("minio");
        const path = builtPrograms("minio");
        const [port, console] = [await freePort(), await freePort()];
        const daemon = await Daemon.start({
            name: "minio",
            command: join(path, "minio"),
            args: ["server", join(folder, "data"), "--address", `${HOST}:${port}`, "--console-address", `${HOST}:${console}`],
            folder,
            env: {
                MINIO_ROOT_USER: root.accessKey, MINIO_ROOT_PASSWORD: root.secretKey,
                MINIO_PROMETHEUS_AUTH_TYPE: "public", MINIO_UPDATE: "off", HOME: folder, ...more,
            },
            ready: async () => {
                const { status } = await fetch(`http://${HOST}:${port}/minio/health/ready`);
                if (status !== 200) {
                    throw new Error(`/minio/health/ready answered ${status}`);
                }
            },
        });
        return new MinioServer(folder, path, port, root, daemon);
    }

    /** Runs the Job's script for a plan; `secrets` holds the users' keys by variable, and other variables of the script. */
    provision(plan: MinioProvisioning, secrets: NodeJS.ProcessEnv): Promise<Result> {
        const policies = join(this.folder, "policies");
        rmSync(policies, { recursive: true, force: true });
        mkdirSync(policies);
        Object.entries(policyFiles(plan)).forEach(([name, text]) => writeFileSync(join(policies, name), text));
        const { text, environment } = provisioningScript(plan, policies);
        return run("sh", ["-c", text], { env: { ...this.known(serverAlias, this.root), ...environment, ...secrets } });
    }

    /** Runs the client as somebody. */
    client(keys: Keys, ...args: string[]): Promise<Result> {
        return this.clientWith({}, keys, ...args);
    }

    /** The same with further variables. */
    clientWith(more: NodeJS.ProcessEnv, keys: Keys, ...args: string[]): Promise<Result> {
        return run(join(this.path, "mc"), args, { env: { ...this.known(serverAlias, keys), ...more } });
    }

    /** Folder of a client that says yes to one command and does not carry it out, and is the real one otherwise; for `PATH`. */
    clientThatIgnores(command: string): string {
        const folder = join(this.folder, "deaf");
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "mc"), `#!/bin/sh\ncase "$*" in "${command}"*) ;; *) exec ${join(this.path, "mc")} "$@" ;; esac\n`, { mode: 0o755 });
        return `${folder}:${process.env["PATH"]}`;
    }

    /** Whether a text lies open in any of the server's files. */
    async isReadable(text: string): Promise<boolean> {
        return (await run("grep", ["--recursive", "--quiet", "--text", text, join(this.folder, "data")])).code === 0;
    }

    /** What the client must know to find this server under a name, as somebody. */
    known(alias: string, { accessKey, secretKey }: Keys): NodeJS.ProcessEnv {
        return {
            PATH: `${this.path}:${process.env["PATH"]}`,
            MC_CONFIG_DIR: join(this.folder, "mc"),
            [`MC_HOST_${alias}`]: `http://${accessKey}:${secretKey}@${HOST}:${this.port}`,
        };
    }

    /** A file to upload. */
    file(name: string, text: string): string {
        const file = join(this.folder, name);
        writeFileSync(file, text);
        return file;
    }

    /** GET without credentials. */
    get(path: string): Promise<Response> {
        return fetch(`http://${HOST}:${this.port}${path}`);
    }

    async stop(): Promise<void> {
        await this.daemon.stop();
        rmSync(this.folder, { recursive: true, force: true });
    }
}
