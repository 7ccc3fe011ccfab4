import type * as pulumi from "@pulumi/pulumi";
import { Workload } from "../../app/workload";
import type { Environment, Property } from "../../kit/connection";
import { accessOf } from "../../kit/connection";
import { nameService } from "../../kit/externals";
import { images } from "../../kit/images";
import { recommendedLabels } from "../../kit/labels";
import type { Container } from "../../kit/pod";
import { execProbe, httpProbe, tcpProbe } from "../../kit/probes";
import { parseQuantity } from "../../kit/quantity";
import { resources, withScratch } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { SecretKey } from "../../kit/secretKey";
import type { ConfigFiles } from "../../kit/volumes";
import { configVolume, scratch } from "../../kit/volumes";
import { redisTelemetry } from "./telemetry";
import { redisSentinelTelemetry } from "./sentinelTelemetry";
import { proxyConfiguration } from "./sentinelProxy";
import type { Address, SentinelGroup } from "./sentinelScripts";
import { hasQuorum, isInSync, replicatedServerScript, sentinelScript, serverFlags } from "./sentinelScripts";
import type { Redis, RedisProperty } from "./contract";
import type { RedisCredentials } from "./credentials";
import { cacheCredentials, redisOffer } from "./credentials";
import type { RedisServerArgs } from "./server";
import { cacheFlags, redisExporter, redisPort, redisProbes, redisUser, requireHeadRoom } from "./server";
import { startTiming } from "../startBudgets";

/** Arguments of {@link RedisSentinel}. */
export type RedisSentinelArgs = RedisServerArgs;

const memberCount = 3;
const sentinelPort = 26379;
const metricsPort = 8404;
const proxyUser = { user: 99 };

/**
 * A primary with two replicas, three sentinels that agree on a new primary when it fails, and a proxy whose Service,
 * under the component's own name, always leads to the primary: clients need not know any of this.
 *
 * It is a cache (T-50): nothing is persisted, the copies on the other nodes are what survives a restart. One server may
 * fail, or be drained, without loss of the data; after a failure writes stop for about ten seconds. When all three
 * are gone at once, the cache starts empty.
 *
 * Objects: StatefulSets `<name>-node` and `<name>-sentinel`, Deployment and Service `<name>`. Costs, beside three times
 * the servers' own resources: 0.16 CPU and 320 Mi in requests.
 *
 * @example
 * ```ts
 * const redis = new RedisSentinel("redis", scope,
 *     { image: images.redis, maximumMemory: "128mb", resources: resources("100m/64Mi", "200m/192Mi") });
 * new Workload("api", scope, { ...api, connectsTo: [redis] });
 * ```
 */
export class RedisSentinel extends ScopedComponent implements Redis {
    readonly node;
    readonly ports;
    readonly properties: Readonly<Record<RedisProperty, Property>>;
    readonly variables: Readonly<Partial<Record<RedisProperty, string>>>;
    readonly ready: readonly pulumi.Resource[];
    /** The primary and its replicas. */
    readonly servers: Workload;
    /** The sentinels. */
    readonly sentinels: Workload;
    /** The proxy that leads to the primary. */
    readonly proxy: Workload;
    private readonly passwords: Environment;

    /** @throws RangeError when the memory limit leaves Redis no room to evict in */
    constructor(name: string, scope: Scope, private readonly args: RedisSentinelArgs, opts?: pulumi.ComponentResourceOptions) {
        super("data:RedisSentinel", name, scope, opts);
        requireHeadRoom(name, args);
        const credentials = cacheCredentials(name, scope, args, this);
        const { password } = credentials;
        this.passwords = credentials.environment;
        this.servers = this.createServers(credentials);
        this.sentinels = this.createSentinels(password);
        this.proxy = this.createProxy(password);
        this.declareTraffic();

        this.node = this.proxy.node;
        this.ports = this.proxy.ports;
        this.ready = [...this.proxy.ready, ...this.sentinels.ready];
        ({ properties: this.properties, variables: this.variables } = redisOffer(password));
        this.registerOutputs(accessOf(this));
    }

    private createServers({ password, ready: after }: RedisCredentials): Workload {
        const { image, maximumMemory } = this.args;
        const script = replicatedServerScript(this.group());
        // A replica whose data is too old for a partial transfer gets the whole of it as a file first.
        const transfer = `${Math.ceil(parseQuantity(maximumMemory.replace("mb", "Mi")) / 2 ** 20) + 32}Mi`;
        return new Workload(`${this.objectName}-node`, this.scope, {
            kind: "StatefulSet",
            replicas: memberCount,
            component: "cache",
            labels: { tier: "cache" },
            container: {
                name: "redis",
                image,
                command: ["sh", "-c", script.text, "redis-server"],
                args: [...cacheFlags(maximumMemory), ...serverFlags],
                environment: { ...script.environment, ...this.passwords },
                ports: { redis: redisPort },
                resources: withScratch(this.args.resources, transfer),
                probes: redisProbes(isInSync),
                mounts: [{ volume: scratch("data", transfer), path: "/data" }],
            },
            sidecars: [redisExporter(password)],
            metricsPort: "metrics",
            telemetry: [redisTelemetry({
                namespace: this.scope.namespace, app: `${this.objectName}-node`, topology: "replicas", servers: memberCount,
            })],
            runAs: redisUser,
            after,
        }, { parent: this });
    }

    private createSentinels(password: SecretKey | undefined): Workload {
        const folder = "/var/lib/sentinel";
        const script = sentinelScript(this.group(), folder);
        return new Workload(`${this.objectName}-sentinel`, this.scope, {
            kind: "StatefulSet",
            replicas: memberCount,
            component: "cache-failover",
            container: {
                name: "sentinel",
                image: this.args.image,
                command: ["sh", "-c", script.text],
                environment: { ...script.environment, ...this.passwords },
                ports: { sentinel: sentinelPort },
                resources: resources("20m/32Mi", "100m/64Mi", "32Mi"),
                probes: {
                    startup: tcpProbe("sentinel", startTiming("sentinel", { periodSeconds: 2 })),
                    readiness: execProbe(["sh", "-c", hasQuorum(sentinelPort)], { periodSeconds: 5, timeoutSeconds: 3 }),
                    liveness: tcpProbe("sentinel", { initialDelaySeconds: 15, periodSeconds: 10, timeoutSeconds: 3 }),
                },
                // In memory, because the configuration contains the password.
                mounts: [{ volume: scratch("configuration", "1Mi", "Memory"), path: folder }],
            },
            sidecars: [redisExporter(password, sentinelPort)],
            metricsPort: "metrics",
            telemetry: [redisSentinelTelemetry({
                namespace: this.scope.namespace, app: `${this.objectName}-sentinel`, sentinels: memberCount, proxy: this.objectName,
            })],
            runAs: redisUser,
            after: this.servers.ready,
        }, { parent: this });
    }

    private createProxy(password: SecretKey | undefined): Workload {
        const config = this.proxyFiles(password !== undefined);
        const labels = recommendedLabels({ platform: this.scope.platform, name: this.objectName, component: "cache-proxy" });
        const configMap = this.createConfigMap(config, labels);
        return new Workload(this.objectName, this.scope, {
            replicas: 2,
            component: "cache-proxy",
            labels: { tier: "cache" },
            container: this.proxyContainer(password, config),
            service: { port: "redis", number: redisPort },
            metricsPort: "metrics",
            runAs: proxyUser,
            after: [configMap, ...this.servers.ready],
        }, { parent: this });
    }

    private proxyContainer(password: SecretKey | undefined, config: ConfigFiles): Container {
        return {
            name: "haproxy",
            image: images.haproxy,
            command: ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"],
            ...(password && { environment: { REDIS_PASSWORD: password } }),
            ports: { redis: redisPort, metrics: metricsPort },
            resources: resources("20m/32Mi", "200m/96Mi", "32Mi"),
            probes: {
                // Only a start waits for the primary: during a failover the proxy must be there when the new one is.
                startup: httpProbe("/primary", "metrics", startTiming("sentinel", { periodSeconds: 2 })),
                readiness: httpProbe("/live", "metrics", { periodSeconds: 5, timeoutSeconds: 3 }),
                liveness: tcpProbe("metrics", { periodSeconds: 10, timeoutSeconds: 3 }),
            },
            mounts: [{ volume: configVolume("configuration", config), path: "/usr/local/etc/haproxy", readOnly: true }],
        };
    }

    private proxyFiles(authentication: boolean): ConfigFiles {
        const servers = addresses(`${this.objectName}-node`, redisPort)
            .map(({ host, port }) => ({ name: host.split(".")[0] as string, host: `${host}.${this.scope.namespace}.svc.cluster.local`, port }));
        return {
            name: `${this.objectName}-proxy`,
            files: { "haproxy.cfg": proxyConfiguration({ servers, port: redisPort, metricsPort, authentication }) },
        };
    }

    /** Replication, observation, agreement and the proxy's checks, as edges of the graph. */
    private declareTraffic(): void {
        const { graph, environment } = this.scope;
        const [servers, sentinels, proxy] = [this.servers.node, this.sentinels.node, this.proxy.node];
        graph.addEdge(servers, servers, { number: redisPort });
        graph.addEdge(sentinels, servers, { number: redisPort });
        graph.addEdge(proxy, servers, { number: redisPort });
        graph.addEdge(sentinels, sentinels, { number: sentinelPort });
        graph.addEdge(servers, sentinels, { number: sentinelPort });
        for (const node of [servers, sentinels, proxy]) {
            graph.addEdge(node, ...nameService(environment));
        }
    }

    private group(): SentinelGroup {
        return {
            servers: addresses(`${this.objectName}-node`, redisPort),
            sentinels: addresses(`${this.objectName}-sentinel`, sentinelPort),
        };
    }
}

/** The pods of a StatefulSet, as its headless Service names them. */
function addresses(statefulSet: string, port: number): Address[] {
    return Array.from({ length: memberCount }, (_, ordinal) => ({ host: `${statefulSet}-${ordinal}.${statefulSet}-headless`, port }));
}
