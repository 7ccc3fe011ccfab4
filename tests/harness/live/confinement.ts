import { existsSync } from "node:fs";
import { readFile, readlink, statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { mustRun } from "../command";
import { procFile, statusOf } from "./processes";

/** What the kernel lets a container's first process do, in the words of a pod's declaration. */
export interface Confinement {
    readonly user: number;
    readonly group: number;
    /** Groups beside its own, sorted. */
    readonly otherGroups: readonly number[];
    /** The union of all sets of capabilities, as the kernel's mask. */
    readonly capabilities: string;
    readonly mayGainPrivileges: boolean;
    readonly hasSeccompFilter: boolean;
    readonly isRootReadOnly: boolean;
    readonly hasToken: boolean;
    /** In bytes. */
    readonly memoryLimit: number;
    /** In cores. */
    readonly cpuLimit: number;
    /** Namespaces that it shares with its node. */
    readonly sharedNamespaces: readonly string[];
}

// Any of the ids of a process may differ from the others: none may be another user's.
const onlyOne = (ids: string): number => {
    const different = [...new Set(ids.split(/\s+/))];
    return different.length === 1 ? Number(different[0]) : Number.NaN;
};

/** A value of a process's control group, by its names in version 1 and version 2. */
async function controlGroup(pid: number, controller: string, ...names: readonly string[]): Promise<string> {
    const lines = (await procFile(pid, "cgroup")).split("\n").map(line => line.split(":"));
    const [, , path = ""] = lines.find(([, controllers = ""]) => controllers.split(",").includes(controller)) ?? lines.find(([id]) => id === "0") ?? [];
    const folders = [join("/sys/fs/cgroup", controller, path), join("/sys/fs/cgroup", path)];
    const file = folders.flatMap(folder => names.map(name => join(folder, name))).find(existsSync);
    return file === undefined ? "" : (await readFile(file, "utf8")).trim();
}

async function cores(pid: number): Promise<number> {
    const [quota = "", period = ""] = (await controlGroup(pid, "cpu", "cpu.max")).split(" ");
    return quota !== "" ? Number(quota) / Number(period)
        : Number(await controlGroup(pid, "cpu", "cpu.cfs_quota_us")) / Number(await controlGroup(pid, "cpu", "cpu.cfs_period_us"));
}

/**
 * Reads from /proc what holds for a process.
 * @param node first process of its node
 */
export async function confinementOf(pid: number, node: number): Promise<Confinement> {
    const status = await statusOf(pid);
    const masks = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"].map(name => BigInt(`0x${status[name]}`));
    const group = onlyOne(status["Gid"] ?? "");
    const mounts = await mountsOf(pid);
    const shared = await Promise.all(["net", "pid", "ipc"].map(async kind =>
        await readlink(`/proc/${pid}/ns/${kind}`) === await readlink(`/proc/${node}/ns/${kind}`) ? [kind] : []));
    return {
        user: onlyOne(status["Uid"] ?? ""), group,
        otherGroups: (status["Groups"] ?? "").split(" ").filter(id => id !== "").map(Number).filter(id => id !== group).sort((a, b) => a - b),
        capabilities: masks.reduce((all, mask) => all | mask).toString(16),
        mayGainPrivileges: status["NoNewPrivs"] !== "1", hasSeccompFilter: status["Seccomp"] === "2",
        isRootReadOnly: mounts.find(({ path }) => path === "/")?.isReadOnly ?? false,
        hasToken: mounts.some(({ path }) => path.endsWith("/secrets/kubernetes.io/serviceaccount")),
        memoryLimit: Number(await controlGroup(pid, "memory", "memory.max", "memory.limit_in_bytes")),
        cpuLimit: await cores(pid), sharedNamespaces: shared.flat(),
    };
}

/** Something mounted in a container. */
export interface MountPoint {
    readonly path: string;
    readonly isReadOnly: boolean;
    /** Such as `overlay` or `tmpfs`. */
    readonly kind: string;
}

/** All mounts that a process sees. */
export async function mountsOf(pid: number): Promise<readonly MountPoint[]> {
    return (await procFile(pid, "mountinfo")).split("\n").filter(line => line !== "").map(line => {
        const [fields = "", more = ""] = line.split(" - ");
        const [, , , , path = "", options = ""] = fields.split(" ");
        return { path, isReadOnly: options.split(",").includes("ro"), kind: more.split(" ")[0] ?? "" };
    });
}

/** A path in a container without symbolic links: followed from outside, one that begins at the root would lead to this machine's own. */
export async function resolvedPath(pid: number, path: string): Promise<string> {
    let found = "/";
    for (const part of path.split("/").filter(name => name !== "")) {
        const next = join(found, part);
        const target = await readlink(`/proc/${pid}/root${next}`).catch(() => undefined);
        found = target === undefined ? next : await resolvedPath(pid, resolve(dirname(next), target));
    }
    return found;
}

// Takes a process and folders or files in its sight, and says of each whether it can be written.
const attempt = `
pid=$1; shift
for path; do
    at=/proc/$pid/root$path
    if [ -d "$at" ]; then made=$at/.proof; else made=''; fi
    if (: >>"\${made:-$at}") 2>/dev/null; then echo "$path"; [ -z "$made" ] || rm -f "$made"; fi
done`;

/** Which of some paths in a container its user can write, tried as that user with no capability. */
export async function writablePaths(pid: number, as: Confinement, paths: readonly string[]): Promise<readonly string[]> {
    const groups = [as.group, ...as.otherGroups].join(",");
    const { stdout } = await mustRun("setpriv", [`--reuid=${as.user}`, `--regid=${as.group}`, `--groups=${groups}`,
        "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "sh", "-c", attempt, "sh", String(pid), ...paths], { directory: "/" });
    return stdout.split("\n").filter(line => line !== "");
}

/** Bytes of the file system at a path in a container. */
export async function sizeAt(pid: number, path: string): Promise<number> {
    const { blocks, bsize } = await statfs(`/proc/${pid}/root${path}`);
    return blocks * bsize;
}
