import { readdir, readFile } from "node:fs/promises";

/** A file of /proc; empty when the process has ended. */
export function procFile(pid: number, name: string): Promise<string> {
    return readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
}

/** Processes of all containers on this machine by the container's id, the first one of each container first. */
export async function processesByContainer(): Promise<ReadonlyMap<string, readonly number[]>> {
    const found = new Map<string, number[]>();
    for (const pid of (await readdir("/proc")).filter(name => /^\d+$/.test(name)).map(Number).sort((a, b) => a - b)) {
        const id = /\/pod[0-9a-f-]{36}\/([0-9a-f]{64})$/m.exec(await procFile(pid, "cgroup"))?.[1];
        if (id !== undefined) {
            found.set(id, [...found.get(id) ?? [], pid]);
        }
    }
    return found;
}

/** Fields of /proc/PID/status by their names. */
export async function statusOf(pid: number): Promise<Readonly<Record<string, string>>> {
    const lines = (await procFile(pid, "status")).split("\n").filter(line => line.includes(":"));
    return Object.fromEntries(lines.map(line => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));
}

/** TCP ports that somebody listens at in a process's network namespace, at more than its loopback. */
export async function listeningPorts(pid: number): Promise<readonly number[]> {
    const tables = await Promise.all(["net/tcp", "net/tcp6"].map(name => procFile(pid, name)));
    const listening = "0A";
    const ports = tables.flatMap(table => table.split("\n").slice(1)).flatMap(line => {
        const [, local = "", , state] = line.trim().split(/\s+/);
        const [address = "", port = ""] = local.split(":");
        // The kernel writes 127.0.0.1 as 0100007F, in an address of version 6 too, and ::1 with a single one.
        const isLoopback = /7F$|^0{24}01000000$/.test(address);
        return state === listening && !isLoopback ? [Number.parseInt(port, 16)] : [];
    });
    return [...new Set(ports)].sort((a, b) => a - b);
}
