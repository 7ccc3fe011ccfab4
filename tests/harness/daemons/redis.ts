import { Daemon, HOST, freePort, program, run } from "./daemon";

const DEBIAN_PACKAGE = "redis-server";

/** A Redis server with the program's own arguments that can go away and come back on the same port. */
export class Redis {
    private constructor(readonly port: number, private readonly password: string | undefined, private daemon: Daemon | undefined) {}

    /** Starts an empty server. */
    static async start(password?: string): Promise<Redis> {
        const port = await freePort();
        return new Redis(port, password, await startDaemon(port, password));
    }

    /** Answer to one command, without its line end. */
    command(...words: string[]): Promise<string> {
        return redisCli(this.port, this.password, words);
    }

    /** Starts the server again after `stop`. */
    async start(): Promise<void> {
        this.daemon = await startDaemon(this.port, this.password);
    }

    async stop(): Promise<void> {
        await this.daemon?.stop();
        this.daemon = undefined;
    }
}

async function redisCli(port: number, password: string | undefined, words: string[]): Promise<string> {
    const env = password === undefined ? {} : { REDISCLI_AUTH: password };
    const { stdout } = await run(program("redis-cli", DEBIAN_PACKAGE), ["-h", HOST, "-p", String(port), ...words], { env });
    return stdout.trim();
}

function startDaemon(port: number, password: string | undefined): Promise<Daemon> {
    return Daemon.start({
        name: "redis",
        command: program("redis-server", DEBIAN_PACKAGE),
        args: [
            "--bind", HOST, "--port", String(port), "--save", "", "--appendonly", "no",
            "--maxmemory", "128mb", "--maxmemory-policy", "allkeys-lru",
            ...(password === undefined ? [] : ["--requirepass", password]),
        ],
        ready: async () => {
            // Exit code 0 also covers LOADING and NOAUTH.
            const answer = await redisCli(port, password, ["ping"]);
            if (answer !== "PONG") {
                throw new Error(`redis-cli ping answered "${answer}"`);
            }
        },
    });
}
