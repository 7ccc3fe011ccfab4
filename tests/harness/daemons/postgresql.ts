import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result, User} from "./daemon";
import { Daemon, HOST, freePort, program, run, runSync, temporaryFolder, unprivileged } from "./daemon";

const DEBIAN_PACKAGE = "postgresql";

/** A PostgreSQL server as the image makes it: superuser `taskflow`, database `taskflow_db`, passwords asked over TCP. */
export class PostgreSql {
    readonly user = "taskflow";
    readonly database = "taskflow_db";

    private constructor(
        readonly port: number,
        readonly password: string,
        private readonly folder: string,
        private readonly owner: User | undefined,
        private daemon: Daemon,
    ) {}

    /** Starts an empty server. */
    static async start(password = "first-password"): Promise<PostgreSql> {
        const owner = unprivileged("postgres");
        const folder = temporaryFolder("postgresql", owner);
        const passwordFile = join(folder, "password");
        writeFileSync(passwordFile, password);
        runSync(program("initdb", DEBIAN_PACKAGE), [
            `--pgdata=${join(folder, "data")}`, "--username=taskflow", "--encoding=UTF8", "--locale=C.UTF-8",
            "--auth-local=trust", "--auth-host=scram-sha-256", `--pwfile=${passwordFile}`, "--no-sync",
        ], { cwd: folder, user: owner });
        const port = await freePort();
        const server = new PostgreSql(port, password, folder, owner, await startDaemon(folder, port, owner));
        await server.succeed({ database: "postgres", args: ["--command=CREATE DATABASE taskflow_db"] });
        return server;
    }

    /** Environment for the scripts of the program's pods. */
    get environment(): NodeJS.ProcessEnv {
        return {
            DATABASE_HOST: HOST,
            DATABASE_PORT: String(this.port),
            DATABASE_USER: this.user,
            DATABASE_NAME: this.database,
        };
    }

    /** Runs psql over TCP, or without a password over the local socket as the image does on its first start. */
    psql(options: {
        args: string[]; database?: string; user?: string; password?: string; local?: boolean; env?: NodeJS.ProcessEnv;
    }): Promise<Result> {
        const { args, database = this.database, user = this.user, password = this.password, local = false, env } = options;
        const host = local ? this.folder : HOST;
        return run(program("psql", DEBIAN_PACKAGE), [
            "--no-psqlrc", "--no-password", "--set=ON_ERROR_STOP=1",
            `--host=${host}`, `--port=${this.port}`, `--username=${user}`, `--dbname=${database}`, ...args,
        ], { env: { ...(local ? {} : { PGPASSWORD: password }), ...env } });
    }

    /** Rows of a query, columns parted by `|`. */
    async rows(sql: string, options: { user?: string; password?: string; database?: string } = {}): Promise<string[]> {
        const { stdout } = await this.succeed({ ...options, args: ["--tuples-only", "--no-align", `--command=${sql}`] });
        return stdout.split("\n").filter(line => line !== "");
    }

    /** A database of its own for one test. */
    async createDatabase(name: string): Promise<void> {
        await this.succeed({ database: "postgres", args: [`--command=CREATE DATABASE ${name}`] });
    }

    /** Stops the server and starts it again on its data. */
    async restart(): Promise<void> {
        await this.stopServer();
        await this.startServer();
    }

    /** Ends the server; its data stay. */
    async stopServer(): Promise<void> {
        await this.daemon.stop();
    }

    /** Starts the server on its data. */
    async startServer(): Promise<void> {
        this.daemon = await startDaemon(this.folder, this.port, this.owner);
    }

    /** The server's log. */
    log(): string {
        return this.daemon.output();
    }

    async stop(): Promise<void> {
        await this.daemon.stop();
        rmSync(this.folder, { recursive: true, force: true });
    }

    private async succeed(options: Parameters<PostgreSql["psql"]>[0]): Promise<Result> {
        const result = await this.psql(options);
        if (result.code !== 0) {
            throw new Error(`psql ended with code ${result.code}: ${result.stderr}`);
        }
        return result;
    }
}

/** Folder whose only content is the PostgreSQL clients and the applets of busybox, as in the pods' images. */
export function containerPath(folder: string): string {
    const binaries = join(folder, "bin");
    mkdirSync(binaries);
    const busybox = program("busybox", "busybox");
    runSync(busybox, ["--install", "-s", binaries]);
    return `${join(program("pg_isready", DEBIAN_PACKAGE), "..")}:${binaries}`;
}

function startDaemon(folder: string, port: number, user: User | undefined): Promise<Daemon> {
    return Daemon.start({
        name: "postgresql",
        command: program("postgres", DEBIAN_PACKAGE),
        args: ["-D", join(folder, "data"), "-h", HOST, "-p", String(port), "-k", folder, "-F", "-c", "log_statement=ddl"],
        folder,
        user,
        // Fast shutdown: the default waits for clients to leave.
        stopSignal: "SIGINT",
        ready: async () => {
            const { code } = await run(program("pg_isready", DEBIAN_PACKAGE), ["-h", HOST, "-p", String(port), "-d", "postgres"]);
            if (code !== 0) {
                throw new Error(`pg_isready ended with code ${code}`);
            }
        },
    });
}
