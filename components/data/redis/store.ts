import type * as pulumi from "@pulumi/pulumi";
import { dataFolder } from "../../app/dataFolder";
import { Workload } from "../../app/workload";
import type { Property } from "../../kit/connection";
import { accessOf } from "../../kit/connection";
import type { Port, WorkloadNode } from "../../kit/graph";
import type { Container } from "../../kit/pod";
import type { Probes } from "../../kit/probes";
import { parseQuantity } from "../../kit/quantity";
import type { ContainerResources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { SecretKey } from "../../kit/secretKey";
import type { ClaimedStorage, Volume } from "../../kit/volumes";
import { redisTelemetry } from "./telemetry";
import { GeneratedSecret } from "../../security/generatedSecret";
import type { Redis, RedisProperty } from "./contract";
import { passwordVariables, redisOffer } from "./credentials";
import { serverScript, redisExporter, redisPort, redisProbes } from "./server";

/** Arguments of {@link RedisStore}. */
export interface RedisStoreArgs {
    readonly image: string;
    /**
     * Volume, of which rewriting the append-only file needs twice the memory for data; null keeps the keys in memory alone,
     * without such a file, and loses them with the pod.
     */
    readonly storage: ClaimedStorage | null;
    /** Name of the volume within the pod. @default name of the claim */
    readonly volumeName?: string;
    /** Memory for data, as Redis writes it. @default three quarters of the memory limit */
    readonly maximumMemory?: `${number}mb`;
    /** When that is full: refuse writes, or let keys with an expiry go, those least recently used first. @default "noeviction" */
    readonly evictionPolicy?: "noeviction" | "volatile-lru";
    /** @default those of every form of Redis */
    readonly probes?: Probes;
    /** Runs an exporter beside the server. @default true */
    readonly exporter?: boolean;
    /** Requests and limits; three quarters of the memory limit are for data. */
    readonly resources: ContainerResources;
    /**
     * The password: generated in a Secret `<name>-secret`, a reference to one that exists, or none at all.
     * @default "generated"
     */
    readonly password?: "generated" | "none" | { readonly key: SecretKey; readonly ready: readonly pulumi.Resource[] };
    /** Minutes without an answer after which the alert RedisDown fires. @default 2 */
    readonly downMinutes?: number;
    /** Counter: each step generates a new password. @default 0 */
    readonly rotation?: number;
}

/** Share of the memory limit for data: forks, clients and fragmentation need the rest. */
const dataShare = 0.75;

/** User and group of the Alpine image. */
const runAs = { user: 999, group: 1000 };

/** Room where nothing is written, as a server without volume keeps its keys in memory alone. */
const unusedFolder = "16Mi";

/** Flags of a server whose keys must outlive it: an append-only file synced each second, and no key evicted unless asked for. */
export function storeFlags(
    memoryLimit: string, options: Pick<RedisStoreArgs, "maximumMemory" | "evictionPolicy"> & { readonly ephemeral?: boolean } = {},
): readonly string[] {
    const { maximumMemory, evictionPolicy = "noeviction", ephemeral = false } = options;
    const megabytes = Math.floor(parseQuantity(memoryLimit) * dataShare / 2 ** 20);
    return [
        ...(ephemeral ? ["--appendonly", "no"] : ["--appendonly", "yes", "--appendfsync", "everysec"]), "--save", "",
        "--maxmemory", maximumMemory ?? `${megabytes}mb`, "--maxmemory-policy", evictionPolicy, "--dir", "/data",
    ];
}

/**
 * One Redis server as a store: it writes every change to a volume, and when its memory is full it refuses writes
 * rather than to forget a key.
 *
 * @example
 * ```ts
 * new RedisStore("redis", scope, {
 *     image: images.redis, storage: { size: "5Gi", storageClass: null }, resources: resources("100m/256Mi", "500m/512Mi"),
 * });
 * ```
 */
export class RedisStore extends ScopedComponent implements Redis {
    readonly node: WorkloadNode;
    readonly ports: readonly Port[];
    readonly properties: Readonly<Record<RedisProperty, Property>>;
    readonly variables: Readonly<Partial<Record<RedisProperty, string>>>;
    readonly ready: readonly pulumi.Resource[];
    /** The server. */
    readonly server: Workload;

    constructor(name: string, scope: Scope, private readonly args: RedisStoreArgs, opts?: pulumi.ComponentResourceOptions) {
        super("data:RedisStore", name, scope, opts);
        const { storage, volumeName, exporter = true } = args;
        const credentials = this.credentials();
        const names = { claim: `${name}-pvc`, volume: volumeName ?? (storage ? `${name}-pvc` : "data") };
        const data = dataFolder(names, scope, storage ?? { ephemeral: unusedFolder }, this);
        this.server = new Workload(name, scope, {
            kind: "StatefulSet",
            component: "store",
            container: this.serverContainer(credentials?.key, data.volume),
            ...(exporter && {
                sidecars: [redisExporter(credentials?.key)],
                metricsPort: "metrics",
                telemetry: [redisTelemetry({
                    namespace: scope.namespace, app: name, persistent: storage !== null,
                    ...(args.downMinutes !== undefined && { downMinutes: args.downMinutes }),
                })],
            }),
            service: { port: "redis", number: redisPort },
            storage: data.storage,
            terminationGraceSeconds: 60,
            runAs,
            after: [...(credentials?.ready ?? []), ...data.after],
        }, { parent: this });

        ({ node: this.node, ports: this.ports, ready: this.ready } = this.server);
        ({ properties: this.properties, variables: this.variables } = redisOffer(credentials?.key));
        this.registerOutputs(accessOf(this));
    }

    private credentials(): { key: SecretKey; ready: readonly pulumi.Resource[] } | undefined {
        const { password = "generated", rotation } = this.args;
        if (password === "none") {
            return undefined;
        }
        if (password !== "generated") {
            return password;
        }
        const secret = new GeneratedSecret(`${this.objectName}-secret`, this.scope, {
            values: {},
            passwords: { REDIS_PASSWORD: { length: 43 } },
            ...(rotation !== undefined && { rotation }),
        }, { parent: this });
        return { key: secret.key("REDIS_PASSWORD"), ready: [secret.secret] };
    }

    private serverContainer(password: SecretKey | undefined, volume: Volume): Container {
        return {
            name: this.objectName,
            image: this.args.image,
            command: password ? ["sh", "-c", serverScript, "redis-server"] : ["redis-server"],
            args: storeFlags(this.args.resources.limits.memory, { ...this.args, ephemeral: this.args.storage === null }),
            environment: password ? passwordVariables(password) : {},
            ports: { redis: redisPort },
            resources: this.args.resources,
            probes: this.args.probes ?? redisProbes(),
            mounts: [{ volume, path: "/data" }],
        };
    }
}
