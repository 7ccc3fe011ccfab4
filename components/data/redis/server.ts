import { images } from "../../kit/images";
import type { Container } from "../../kit/pod";
import type { Probes } from "../../kit/probes";
import { execProbe, tcpProbe } from "../../kit/probes";
import { formatBytes, parseQuantity } from "../../kit/quantity";
import type { ContainerResources } from "../../kit/resources";
import { resources } from "../../kit/resources";
import type { SecretKey } from "../../kit/secretKey";
import { exporterProbes, exporterUser } from "../../kit/exporter";
import server from "./server.sh";
import { startTiming } from "../startBudgets";

/** What every form of Redis is asked for. */
export interface RedisServerArgs {
    readonly image: string;
    /** Memory for data of one server, as Redis writes it, such as `128mb`; the least recently used keys go first. */
    readonly maximumMemory: `${number}mb`;
    /** Requests and limits of one server; the memory limit must be at least 1.4 times the memory for data. */
    readonly resources: ContainerResources;
    /** Demands a generated password. @default false */
    readonly authentication?: boolean;
    /** Counter: each step generates a new password; the one before stays valid until the next step. @default 0 */
    readonly rotation?: number;
}

/** Where clients reach Redis. */
export const redisPort = 6379;

const headRoom = 1.4;

/** User of the Redis image. */
export const redisUser = { user: 999 };

/**
 * Last lines of a start script: becomes Redis with the script's arguments, and the password if there is one. The password,
 * which must not be seen on a command line, is configuration that Redis reads from its input. Redis takes the shell's place:
 * behind a pipe the shell would keep the termination signal to itself.
 *
 * The password before the last rotation is accepted too, so that nobody is shut out. Among themselves servers use that one:
 * it is known to those on either side of a rotation. One that still has the password before that cannot follow a primary that
 * was replaced already, until it is replaced in turn.
 */
export const serverScript: string = server;

/** Exits 0 only for PONG: `redis-cli` also succeeds when the answer is LOADING or NOAUTH. */
export const answersPong = "redis-cli ping | grep -q PONG";

/** Flags of a server that is a pure cache: evicts instead of failing, and writes nothing to disk by itself. */
export function cacheFlags(maximumMemory: string): readonly string[] {
    return ["--maxmemory", maximumMemory, "--maxmemory-policy", "allkeys-lru", "--save", "", "--appendonly", "no", "--dir", "/data"];
}

/** Probes of a server, given the shell condition under which it counts as ready. */
export function redisProbes(isReady = answersPong): Probes {
    return {
        startup: tcpProbe("redis", startTiming("redis", { periodSeconds: 2 })),
        readiness: execProbe(["sh", "-c", isReady], { initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 3 }),
        liveness: tcpProbe("redis", { initialDelaySeconds: 15, periodSeconds: 10, timeoutSeconds: 3 }),
    };
}

/** Least memory limit for a server's data, as a quantity: replication, clients and fragmentation need 1.4 times as much. */
export function leastMemoryLimit(maximumMemory: RedisServerArgs["maximumMemory"]): string {
    return formatBytes(parseQuantity(maximumMemory.replace("mb", "Mi")) * headRoom);
}

/**
 * Keeps the kernel from ending Redis before it evicts.
 * @throws RangeError when the memory limit is below 1.4 times the memory for data
 */
export function requireHeadRoom(name: string, { maximumMemory, resources: { limits } }: RedisServerArgs): void {
    const least = leastMemoryLimit(maximumMemory);
    if (parseQuantity(limits.memory) < parseQuantity(least)) {
        throw new RangeError(`${name}: the memory limit ${limits.memory} is below ${headRoom} times maxmemory `
            + `${maximumMemory}, so the kernel would end Redis before it evicts; raise the limit to ${least}`);
    }
}

/** The exporter beside a server or a sentinel. */
export function redisExporter(password: SecretKey | undefined, port = redisPort): Container {
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
