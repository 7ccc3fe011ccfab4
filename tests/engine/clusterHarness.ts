import { execFileSync, spawnSync } from "node:child_process";
import type { SpawnSyncReturns } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const components = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"];

/** Bytes; custom resource definitions are megabytes long. */
const outputLimit = 64 * 1024 * 1024;

/** What kubectl prints, whose shape each test knows. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type KubernetesObject = any;

/** An embedded cluster of a test's own. */
export class Cluster {
    readonly kubeconfig: string;
    private readonly binaries: string;

    /** @param directory what the cluster keeps; removed by `stop("--delete")` */
    constructor(readonly directory: string) {
        this.kubeconfig = join(directory, "kubeconfig");
        execFileSync(join(root, "toolchain/engine/build.sh"));
        this.binaries = execFileSync(join(root, "toolchain/engine/build.sh"), ["--print"], { encoding: "utf8" }).trim();
    }

    /** Path of a program of the toolchain. */
    binary(name: string): string {
        return join(this.binaries, name);
    }

    start(): void {
        execFileSync(this.binary("cluster"), ["start", "--volatile", "--dir", this.directory]);
    }

    stop(...options: string[]): void {
        execFileSync(this.binary("cluster"), ["stop", ...options, "--dir", this.directory]);
    }

    /** Process number of a component, from its record. */
    pid(component: string): number {
        return (JSON.parse(readFileSync(join(this.directory, `${component}.pid`), "utf8")) as { pid: number }).pid;
    }

    processes(): number[] {
        return components.map(name => this.pid(name));
    }

    /** @throws with kubectl's message when it fails */
    kubectl(...args: string[]): string {
        const { status, stdout, stderr } = this.tryKubectl(...args);
        if (status !== 0) {
            throw new Error(`kubectl ${args.join(" ")}: ${stderr}`);
        }
        return stdout;
    }

    tryKubectl(...args: string[]): SpawnSyncReturns<string> {
        return spawnSync(this.binary("kubectl"), args, {
            encoding: "utf8", maxBuffer: outputLimit, env: { ...process.env, KUBECONFIG: this.kubeconfig },
        });
    }

    get(...args: string[]): KubernetesObject {
        return JSON.parse(this.kubectl("get", "--output=json", ...args));
    }

    apply(objects: object): void {
        execFileSync(this.binary("kubectl"), ["apply", "--server-side", "--filename=-"], {
            input: JSON.stringify(objects), env: { ...process.env, KUBECONFIG: this.kubeconfig },
        });
    }

    /** Addresses on which a process accepts TCP connections, as address:port. */
    listenersOf(pid: number): string[] {
        const sockets = new Set(readdirSync(`/proc/${pid}/fd`).flatMap(descriptor => linkOf(`/proc/${pid}/fd/${descriptor}`)));
        return ["tcp", "tcp6"].flatMap(table => readFileSync(`/proc/${pid}/net/${table}`, "utf8").trim().split("\n").slice(1))
            .map(line => line.trim().split(/\s+/))
            .filter(fields => fields[3] === "0A" && sockets.has(`socket:[${fields[9]}]`))
            .map(fields => readable(fields[1] ?? ""));
    }
}

/** Descriptors come and go while they are read. */
function linkOf(path: string): string[] {
    try {
        return [readlinkSync(path)];
    } catch {
        return [];
    }
}

/** 0100007F:1F90 becomes 127.0.0.1:8080; an IPv6 address stays as the kernel prints it. */
function readable(address: string): string {
    const [host = "", port = ""] = address.split(":");
    const octets = host.length === 8 ? (host.match(/../g) ?? []).reverse().map(octet => parseInt(octet, 16)).join(".") : host;
    return `${octets}:${parseInt(port, 16)}`;
}

const namespace = (name: string, labels: Record<string, string> = {}): object =>
    ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
const container = (name: string): object => ({ name, image: "registry.example/app:1.0" });

const manifests = {
    workloads: [
        namespace("workloads"),
        {
            apiVersion: "v1", kind: "Pod", metadata: { name: "main", namespace: "workloads" },
            spec: {
                automountServiceAccountToken: false,
                initContainers: [container("prepare"), { ...container("sidecar"), restartPolicy: "Always" }],
                containers: [container("main")],
            },
        },
        {
            apiVersion: "batch/v1", kind: "Job", metadata: { name: "once", namespace: "workloads" },
            spec: { template: { spec: { restartPolicy: "Never", containers: [container("once")] } } },
        },
        {
            apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "data", namespace: "workloads" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        },
        {
            apiVersion: "v1", kind: "Service", metadata: { name: "public", namespace: "workloads" },
            spec: { type: "LoadBalancer", selector: { app: "main" }, ports: [{ port: 80 }] },
        },
    ],
    restricted: [namespace("restricted", { "pod-security.kubernetes.io/enforce": "restricted" })],
    kept: [namespace("kept"), { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept", namespace: "kept" }, data: { value: "1" } }],
};

/** Objects for one test, as a List that `kubectl apply` takes. */
export function manifest(name: keyof typeof manifests): object {
    return { apiVersion: "v1", kind: "List", items: manifests[name] };
}
