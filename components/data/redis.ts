import type * as pulumi from "@pulumi/pulumi";
import { Workload } from "../app/workload";
import type { Connectable, Property } from "../kit/connection";
import { images } from "../kit/images";
import type { Container } from "../kit/pod";
import { execProbe, tcpProbe } from "../kit/probes";
import { parseQuantity } from "../kit/quantity";
import type { ContainerResources } from "../kit/resources";
import { resources } from "../kit/resources";
import type { Scope } from "../kit/scope";
import { ScopedComponent } from "../kit/scope";
import type { SecretKey } from "../kit/secretKey";
import { exporterProbes, exporterUser } from "./exporter";
import { scratch } from "../kit/volumes";
import { GeneratedSecret } from "../security/generatedSecret";

/** Arguments of {@link RedisCache}. */
export interface RedisCacheArgs {
    readonly image: string;
    /** Memory for data, as Redis writes it, such as `128mb`; the least recently used keys go first. */
    readonly maximumMemory: `${number}mb`;
    /** Requests and limits; the memory limit must be at least 1.4 times the memory for data. */
    readonly resources: ContainerResources;
    /** Demands a generated password. @default false */
    readonly authentication?: boolean;
    /** Counter: each step generates a new password. @default 0 */
    readonly rotation?: number;
}

/** What Redis offers to its consumers. */
export type RedisProperty = "host" | "port" | "password" | "url";

const port = 6379;
const memoryHeadRoom = 1.4;

/** Turns the password, which must not be seen on a command line, into configuration that Redis reads from its input. */
const startWithPassword = 'printf "requirepass %s\\n" "$REDIS_PASSWORD" | exec redis-server - "$@"';

/** Exits 0 only for PONG: `redis-cli` also succeeds when the answer is LOADING or NOAUTH. */
const answersPong = 'REDISCLI_AUTH="${REDIS_PASSWORD:-}" redis-cli ping | grep -q PONG';

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
        this.checkMemory();
        const credentials = this.createCredentials();
        const password = credentials?.key("REDIS_PASSWORD");
        this.server = new Workload(name, scope, {
            component: "cache",
            labels: { tier: "cache" },
            container: this.serverContainer(password),
            sidecars: [this.exporterContainer(password)],
            service: { port: "redis", number: port },
            metricsPort: "metrics",
            strategy: "Recreate",
            runAs: { user: 999 },
            after: credentials ? [credentials.secret] : [],
        }, { parent: this });

        this.node = this.server.node;
        this.ports = this.server.ports;
        this.ready = this.server.ready;
        this.variables = { host: "REDIS_HOST", port: "REDIS_PORT", ...(password && { password: "REDIS_PASSWORD" }) };
        this.properties = {
            host: view => view.host,
            port: String(port),
            password: password ?? "",
            url: view => `redis://${password ? `:$(${view.variable("password")})@` : ""}${view.host}:${port}`,
        };
        this.registerOutputs({});
    }

    private checkMemory(): void {
        const { maximumMemory, resources: { limits } } = this.args;
        const needed = parseQuantity(maximumMemory.replace("mb", "Mi")) * memoryHeadRoom;
        if (parseQuantity(limits.memory) < needed) {
            throw new RangeError(`${this.objectName}: the memory limit ${limits.memory} is below ${memoryHeadRoom} times maxmemory `
                + `${maximumMemory}, so the kernel would end Redis before it evicts; raise the limit to ${Math.ceil(needed / 2 ** 20)}Mi`);
        }
    }

    private createCredentials(): GeneratedSecret<never, "REDIS_PASSWORD"> | undefined {
        const { authentication = false, rotation } = this.args;
        return authentication ? new GeneratedSecret(`${this.objectName}-secret`, this.scope, {
            values: {},
            passwords: { REDIS_PASSWORD: { length: 32 } },
            ...(rotation !== undefined && { rotation }),
        }, { parent: this }) : undefined;
    }

    private serverContainer(password: SecretKey | undefined): Container {
        const { image, maximumMemory } = this.args;
        const flags = [
            "--maxmemory", maximumMemory, "--maxmemory-policy", "allkeys-lru", "--save", "", "--appendonly", "no", "--dir", "/data",
        ];
        return {
            name: this.objectName,
            image,
            ...(password
                ? { command: ["sh", "-c", startWithPassword, "redis-server"], args: flags, environment: { REDIS_PASSWORD: password } }
                : { command: ["redis-server"], args: flags }),
            ports: { redis: port },
            resources: this.args.resources,
            probes: {
                startup: tcpProbe("redis", { periodSeconds: 2, failureThreshold: 30 }),
                readiness: execProbe(["sh", "-c", answersPong], { initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 3 }),
                liveness: tcpProbe("redis", { initialDelaySeconds: 15, periodSeconds: 10, timeoutSeconds: 3 }),
            },
            mounts: [{ volume: scratch("data", "32Mi"), path: "/data" }],
        };
    }

    private exporterContainer(password: SecretKey | undefined): Container {
        return {
            name: "exporter",
            image: images.redisExporter,
            ports: { metrics: 9121 },
            environment: { REDIS_ADDR: `redis://127.0.0.1:${port}`, ...(password && { REDIS_PASSWORD: password }) },
            resources: resources("10m/32Mi", "100m/64Mi", "32Mi"),
            probes: exporterProbes,
            runAs: exporterUser,
        };
    }
}
