import process from "node:process";
import * as pulumi from "@pulumi/pulumi";
import type { ConfigSource } from "./stackConfig";

/** Where the engine tells a program which keys hold a secret, as a list in JSON. */
const secretKeysVariable = "PULUMI_CONFIG_SECRET_KEYS";

/** Where the toolchain says that kubectl leads to the cluster that it runs itself (toolchain/steps/stack.sh). */
const clusterVariable = "PLATFORMS_CLUSTER";

/** The project's configuration as {@link ConfigSource}; the SDK says of no key whether it was set as a secret. */
export function projectConfig(configuration: pulumi.Config): ConfigSource {
    const secretKeys = new Set(JSON.parse(process.env[secretKeysVariable] ?? "[]") as string[]);
    const isSecret = (key: string): boolean => secretKeys.has(`${configuration.name}:${key}`);
    return {
        get: key => configuration.get(key),
        // The SDK repeats a value that is no JSON, whether or not it is kept secret.
        getObject: key => isSecret(key) ? undefined : configuration.getObject(key),
        isSecret,
        // Read as it is: to ask for a secret as plain text is warned of.
        secretText: key => pulumi.runtime.getConfig(`${configuration.name}:${key}`),
        cluster: process.env[clusterVariable] === "embedded" ? "embedded" : "current",
    };
}
