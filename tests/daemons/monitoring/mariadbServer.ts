import { rmSync } from "node:fs";
import { Daemon, freePort, HOST, program, temporaryFolder, unprivileged } from "../../harness/daemons/daemon";
import { fetchTcp } from "./tcp";

/** Something that a test ends. */
interface Stoppable {
    stop(): Promise<unknown>;
}

/**
 * Starts MariaDB without tables of its own, so that everybody may log in: an exporter asks for nothing but its counters.
 * @param daemons is given what ends it
 * @returns its port
 */
export async function startMariadb(daemons: Stoppable[]): Promise<number> {
    const [user, port] = [unprivileged("nobody"), await freePort()];
    const data = temporaryFolder("mariadb", user);
    const daemon = await Daemon.start({
        name: "mariadb", command: program("mariadbd", "mariadb-server-core"), ...(user && { user }),
        args: [
            "--no-defaults", `--datadir=${data}`, `--socket=${data}/socket`, "--skip-grant-tables", "--performance-schema",
            `--bind-address=${HOST}`, `--port=${port}`, "--innodb-buffer-pool-size=32M",
        ],
        ready: () => fetchTcp(port),
    });
    daemons.push({
        stop: async () => {
            await daemon.stop();
            rmSync(data, { recursive: true, force: true });
        },
    });
    return port;
}
