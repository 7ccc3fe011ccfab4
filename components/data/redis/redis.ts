import type * as pulumi from "@pulumi/pulumi";
import { Workload } from "../../app/workload";
import type { Property } from "../../kit/connection";
import { accessOf } from "../../kit/connection";
import type { Container } from "../../kit/pod";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import { scratch } from "../../kit/volumes";
import { redisTelemetry } from "./telemetry";
import type { Redis, RedisProperty } from "./contract";
import type { RedisCredentials } from "./credentials";
import { cacheCredentials, redisOffer } from "./credentials";
import type { RedisServerArgs } from "./server";
import { cacheFlags, serverScript, redisExporter, redisPort, redisProbes, redisUser, requireHeadRoom } from "./server";

/** Arguments of {@link RedisCache}. */
export type RedisCacheArgs = RedisServerArgs;

/**
 * One Redis server as a pure cache: nothing is written to disk, and a restart starts empty.
 */
export class RedisCache extends ScopedComponent implements Redis {
    readonly node;
    readonly ports;
    readonly properties: Readonly<Record<RedisProperty, Property>>;
    readonly variables: Readonly<Partial<Record<RedisProperty, string>>>;
    readonly ready: readonly pulumi.Resource[];
    /** The server. */
    readonly server: Workload;

    /** @throws RangeError when the memory limit leaves Redis no room to evict in */
    constructor(name: string, scope: Scope, private readonly args: RedisCacheArgs, opts?: pulumi.ComponentResourceOptions) {
        super("data:RedisCache", name, scope, opts);
        requireHeadRoom(name, args);
        const credentials = cacheCredentials(name, scope, args, this);
        const { password } = credentials;
        this.server = new Workload(name, scope, {
            component: "cache",
            labels: { tier: "cache" },
            container: this.serverContainer(credentials),
            sidecars: [redisExporter(password)],
            service: { port: "redis", number: redisPort },
            metricsPort: "metrics",
            telemetry: [redisTelemetry({ namespace: scope.namespace, app: name })],
            strategy: "Recreate",
            runAs: redisUser,
            after: credentials.ready,
        }, { parent: this });

        this.node = this.server.node;
        this.ports = this.server.ports;
        this.ready = this.server.ready;
        ({ properties: this.properties, variables: this.variables } = redisOffer(password));
        this.registerOutputs(accessOf(this));
    }

    private serverContainer({ password, environment }: RedisCredentials): Container {
        const { image, maximumMemory } = this.args;
        return {
            name: this.objectName,
            image,
            command: password ? ["sh", "-c", serverScript, "redis-server"] : ["redis-server"],
            args: cacheFlags(maximumMemory),
            environment,
            ports: { redis: redisPort },
            resources: this.args.resources,
            probes: redisProbes(),
            mounts: [{ volume: scratch("data", "32Mi"), path: "/data" }],
        };
    }
}
