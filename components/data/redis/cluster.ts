import type * as pulumi from "@pulumi/pulumi";
import { Task } from "../../app/task";
import { Workload } from "../../app/workload";
import type { Environment, Property } from "../../kit/connection";
import { accessOf, connect } from "../../kit/connection";
import { nameService } from "../../kit/externals";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import { resources } from "../../kit/resources";
import type { ClaimTemplate } from "../../kit/volumes";
import { templateVolume } from "../../kit/volumes";
import { redisTelemetry } from "./telemetry";
import type { ClusterNode } from "./clusterScripts";
import { clusterFlags, clusterNodeScript, formClusterScript } from "./clusterScripts";
import type { Redis, RedisProperty } from "./contract";
import type { RedisCredentials } from "./credentials";
import { cacheCredentials, redisOffer } from "./credentials";
import type { RedisServerArgs } from "./server";
import { cacheFlags, redisExporter, redisPort, redisProbes, redisUser, requireHeadRoom } from "./server";

/** Arguments of {@link RedisCluster}. */
export interface RedisClusterArgs extends RedisServerArgs {
    /** Replicas of each of the three masters. Can be raised later, not lowered. @default 0 */
    readonly replicasPerMaster?: 0 | 1;
    /** Size of each node's volume, which remembers the cluster's members and no data. @default "1Gi" */
    readonly storage?: string;
    /** Storage class; null takes the cluster's default. @default null */
    readonly storageClass?: string | null;
}

const masterCount = 3;
const busPort = 16379;

/**
 * Three masters that share the keys, as Redis Cluster. Only a cluster-aware client can use it: others fail on the
 * first MOVED answer. Without replicas the cluster stops when one master does, and its third of the keys is lost
 * with the restart; {@link RedisSentinel} is the better choice for one host's worth of cache.
 *
 * Objects: StatefulSet and Service `<name>` with a volume for each pod, Job `<name>-cluster-create`. Costs: the servers'
 * own resources three times, with replicas six times.
 *
 * @example
 * ```ts
 * const redis = new RedisCluster("redis", scope,
 *     { image: images.redis, maximumMemory: "128mb", resources: resources("100m/64Mi", "200m/192Mi"), replicasPerMaster: 1 });
 * ```
 */
export class RedisCluster extends ScopedComponent implements Redis {
    readonly node;
    readonly ports;
    readonly properties: Readonly<Record<RedisProperty, Property>>;
    readonly variables: Readonly<Partial<Record<RedisProperty, string>>>;
    readonly ready: readonly pulumi.Resource[];
    /** Masters and replicas. */
    readonly servers: Workload;
    private readonly passwords: Environment;

    /** @throws RangeError when the memory limit leaves Redis no room to evict in */
    constructor(name: string, scope: Scope, private readonly args: RedisClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("data:RedisCluster", name, scope, opts);
        requireHeadRoom(name, args);
        const credentials = cacheCredentials(name, scope, args, this);
        const { password } = credentials;
        this.passwords = credentials.environment;
        this.servers = this.createServers(credentials);
        const creation = this.createCluster();
        scope.graph.addEdge(this.servers.node, this.servers.node, { number: redisPort }, { number: busPort });
        scope.graph.addEdge(this.servers.node, ...nameService(scope.environment));

        this.node = this.servers.node;
        this.ports = this.servers.ports;
        this.ready = [...this.servers.ready, creation.job];
        ({ properties: this.properties, variables: this.variables } = redisOffer(password));
        this.registerOutputs(accessOf(this));
    }

    private createServers({ password, ready: after }: RedisCredentials): Workload {
        const { image, maximumMemory, storage = "1Gi", storageClass = null } = this.args;
        const script = clusterNodeScript(this.nodes(), "/data");
        const claim: ClaimTemplate = { name: "data", size: storage, storageClass };
        return new Workload(this.objectName, this.scope, {
            kind: "StatefulSet",
            replicas: this.nodes().length,
            component: "cache",
            labels: { tier: "cache" },
            container: {
                name: "redis",
                image,
                command: ["sh", "-c", script.text, "redis-server"],
                args: [...cacheFlags(maximumMemory), ...clusterFlags],
                environment: { ...script.environment, ...this.passwords },
                ports: { redis: redisPort, bus: busPort },
                resources: this.args.resources,
                probes: redisProbes(),
                mounts: [{ volume: templateVolume(claim), path: "/data" }],
            },
            sidecars: [redisExporter(password)],
            service: { port: "redis", number: redisPort },
            metricsPort: "metrics",
            telemetry: [redisTelemetry({ namespace: this.scope.namespace, app: this.objectName, topology: "cluster" })],
            claimTemplates: [claim],
            runAs: redisUser,
            after,
        }, { parent: this });
    }

    private createCluster(): Task {
        const { image, replicasPerMaster = 0 } = this.args;
        const script = formClusterScript({ nodes: this.nodes(), replicasPerMaster });
        return new Task(`${this.objectName}-cluster-create`, this.scope, {
            component: "cache-initialization",
            connectsTo: [connect(this.servers, {})],
            container: {
                name: "redis-cli",
                image,
                command: ["sh", "-c", script.text],
                environment: { ...script.environment, ...this.passwords },
                resources: resources("50m/32Mi", "250m/64Mi", "32Mi"),
            },
            deadlineSeconds: 300,
            runAs: redisUser,
        }, { parent: this });
    }

    private nodes(): ClusterNode[] {
        const { replicasPerMaster = 0 } = this.args;
        return Array.from({ length: masterCount * (1 + replicasPerMaster) }, (_, ordinal) =>
            ({ host: `${this.objectName}-${ordinal}.${this.objectName}-headless`, port: redisPort, busPort }));
    }
}
