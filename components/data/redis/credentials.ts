import type * as pulumi from "@pulumi/pulumi";
import type { Connectable, Environment } from "../../kit/connection";
import type { Scope } from "../../kit/scope";
import type { SecretKey } from "../../kit/secretKey";
import { GeneratedSecret } from "../../security/generatedSecret";
import type { RedisProperty } from "./contract";
import type { RedisServerArgs } from "./server";
import { redisPort } from "./server";

/** A password as servers and consumers refer to it. */
export interface RedisCredentials {
    /** Undefined without authentication. */
    readonly password?: SecretKey;
    /** Variables with which the server's scripts and `redis-cli` know the passwords; none without authentication. */
    readonly environment: Environment;
    /** What must exist before servers can read it. */
    readonly ready: readonly pulumi.Resource[];
}

/** What consumers learn of a Redis with or without a password. */
export type RedisOffer = Pick<Connectable<RedisProperty>, "properties" | "variables">;

/** The password of a cache in a Secret `<name>-secret`, where it demands one; the one before the last rotation stays in it. */
export function cacheCredentials(
    name: string, scope: Scope, { authentication = false, rotation }: Pick<RedisServerArgs, "authentication" | "rotation">, parent: pulumi.Resource,
): RedisCredentials {
    if (!authentication) {
        return { environment: {}, ready: [] };
    }
    const secret = new GeneratedSecret(`${name}-secret`, scope, {
        values: {},
        passwords: { REDIS_PASSWORD: { length: 32, previousKey: "PREVIOUS_PASSWORD" } },
        ...(rotation !== undefined && { rotation }),
    }, { parent });
    const password = secret.key("REDIS_PASSWORD");
    return {
        password,
        environment: { ...passwordVariables(password), PREVIOUS_PASSWORD: secret.previousKey("REDIS_PASSWORD") },
        ready: [secret.secret],
    };
}

/** Variables with which scripts and `redis-cli` know one password. */
export function passwordVariables(password: SecretKey): Environment {
    return { REDIS_PASSWORD: password, REDISCLI_AUTH: password };
}

/** What consumers may ask for and what they get when they ask for nothing special, whichever form of Redis answers. */
export function redisOffer(password: SecretKey | undefined): RedisOffer {
    return {
        properties: {
            host: view => view.host,
            port: String(redisPort),
            password: password ?? "",
            url: view => `redis://${password ? `:$(${view.variable("password")})@` : ""}${view.host}:${redisPort}`,
        },
        variables: { host: "REDIS_HOST", port: "REDIS_PORT", ...(password && { password: "REDIS_PASSWORD" }) },
    };
}
