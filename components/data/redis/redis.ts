import type * as pulumi from "@pulumi/pulumi";
import { Workload } from "../../app/workload";
import type { Connectable, Property } from "../../kit/connection";
import type { Container } from "../../kit/pod";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { SecretKey } from "../../kit/secretKey";
import { scratch } from "../../kit/volumes";
import { redisTelemetry } from "./telemetry";
import { GeneratedSecret } from "../../security/generatedSecret";
import type { RedisProperty, RedisServerArgs } from "./server";
import {
    cacheFlags, execRedis, passwordVariables, redisCredentials, redisExporter, redisPort, redisProbes, redisProperties, redisUser,
    redisVariables, requireHeadRoom,
} from "./server";

/** Arguments of {@link RedisCache}. */
export type RedisCacheArgs = RedisServerArgs;

/**
 * One Redis server as a pure cache: nothing is written to disk, and a restart starts empty.
 */
export class RedisCache extends ScopedComponent implements Connectable<RedisProperty> {
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
        const credentials = args.authentication
            ? new GeneratedSecret(`${name}-secret`, scope, redisCredentials(args), { parent: this })
            : undefined;
        const password = credentials?.key("REDIS_PASSWORD");
        this.server = new Workload(name, scope, {
            component: "cache",
            labels: { tier: "cache" },
            container: this.serverContainer(password, credentials?.previousKey("REDIS_PASSWORD")),
            sidecars: [redisExporter(password)],
            service: { port: "redis", number: redisPort },
            metricsPort: "metrics",
            telemetry: [redisTelemetry({ namespace: scope.namespace, app: name })],
            strategy: "Recreate",
            runAs: redisUser,
            after: credentials ? [credentials.secret] : [],
        }, { parent: this });

        this.node = this.server.node;
        this.ports = this.server.ports;
        this.ready = this.server.ready;
        this.variables = redisVariables(password);
        this.properties = redisProperties(password);
        this.registerOutputs({});
    }

    private serverContainer(password: SecretKey | undefined, previous: SecretKey | undefined): Container {
        const { image, maximumMemory } = this.args;
        return {
            name: this.objectName,
            image,
            command: password ? ["sh", "-c", execRedis(), "redis-server"] : ["redis-server"],
            args: cacheFlags(maximumMemory),
            environment: passwordVariables(password, previous),
            ports: { redis: redisPort },
            resources: this.args.resources,
            probes: redisProbes(),
            mounts: [{ volume: scratch("data", "32Mi"), path: "/data" }],
        };
    }
}
