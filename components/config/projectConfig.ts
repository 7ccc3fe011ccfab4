import process from "node:process";
import type * as pulumi from "@pulumi/pulumi";
import type { ConfigSource } from "./stackConfig";

/** Where the engine tells a program which keys hold a secret, as a list in JSON. */
const secretKeysVariable = "PULUMI_CONFIG_SECRET_KEYS";

/** The project's configuration as {@link ConfigSource}; the SDK says of no key whether it was set as a secret. */
export function projectConfig(configuration: pulumi.Config): ConfigSource {
    const secretKeys = new Set(JSON.parse(process.env[secretKeysVariable] ?? "[]") as string[]);
    return {
        get: key => configuration.get(key),
        getObject: key => configuration.getObject(key),
        isSecret: key => secretKeys.has(`${configuration.name}:${key}`),
    };
}
