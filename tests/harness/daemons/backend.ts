import { join, resolve } from "node:path";
import { Daemon, HOST, freePort, runSync } from "./daemon";
import type { PostgreSql } from "./postgresql";
import type { Redis } from "./redis";

/** Folder of the API. */
export const backendFolder = resolve(__dirname, "../../../examples/taskflow-backend");

/** Virtual environment of the API and its tests; the first call on a machine installs it. */
export function virtualEnvironment(): string {
    // Not in the state of one test run, where it would be installed anew each time.
    return runSync(join(backendFolder, "venv.sh"), [], { env: { PLATFORMS_STATE: resolve(__dirname, "../../../.state") } }).trim();
}

/** The API under gunicorn with its own settings. */
export interface Backend {
    daemon: Daemon;
    port: number;
    /** Address without a trailing slash. */
    url: string;
}

/** Starts the API against the two stores, as its image does; `temporary` stands for the pod's /tmp. */
export async function startBackend(
    postgresql: PostgreSql,
    redis: Redis,
    temporary: string,
    env: NodeJS.ProcessEnv = {},
): Promise<Backend> {
    const port = await freePort();
    const url = `http://${HOST}:${port}`;
    const daemon = await Daemon.start({
        name: "backend",
        command: join(virtualEnvironment(), "bin/gunicorn"),
        args: ["--bind", `${HOST}:${port}`],
        cwd: backendFolder,
        env: {
            ...postgresql.environment,
            DATABASE_PASSWORD: postgresql.password,
            REDIS_HOST: HOST,
            REDIS_PORT: String(redis.port),
            CACHE_TTL: "300",
            LOG_LEVEL: "INFO",
            TMPDIR: temporary,
            PYTHONDONTWRITEBYTECODE: "1",
            ...env,
        },
        ready: async () => {
            const response = await fetch(`${url}/health`);
            if (response.status !== 200) {
                throw new Error(`GET /health answered ${response.status}`);
            }
        },
    });
    return { daemon, port, url };
}
