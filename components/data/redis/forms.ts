import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../../kit/scope";
import type { RedisClusterArgs } from "./cluster";
import { RedisCluster } from "./cluster";
import type { Redis } from "./contract";
import type { RedisCacheArgs } from "./redis";
import { RedisCache } from "./redis";
import type { RedisSentinelArgs } from "./sentinel";
import { RedisSentinel } from "./sentinel";

/** A cache in one of its forms: each is asked only for what it can do. */
export type RedisArgs =
    | { readonly form: "single" } & RedisCacheArgs
    | { readonly form: "sentinel" } & RedisSentinelArgs
    | { readonly form: "cluster" } & RedisClusterArgs;

/**
 * A cache in the form that its arguments name.
 * @throws RangeError when the memory limit leaves Redis no room to evict in
 */
export function createRedis(name: string, scope: Scope, args: RedisArgs, opts?: pulumi.ComponentResourceOptions): Redis {
    switch (args.form) {
        case "single": return new RedisCache(name, scope, args, opts);
        case "sentinel": return new RedisSentinel(name, scope, args, opts);
        case "cluster": return new RedisCluster(name, scope, args, opts);
    }
}
