import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../../kit/scope";
import type { SecretKey } from "../../kit/secretKey";
import { GeneratedSecret } from "../../security/generatedSecret";

/** Access key and secret key, both in Secrets. */
export interface MinioCredentials {
    readonly accessKey: SecretKey;
    readonly secretKey: SecretKey;
    /** The Secrets, to wait for. @default nothing */
    readonly ready?: readonly pulumi.Resource[];
    /** The same keys where the consumer runs. @default the consumer is beside MinIO */
    readonly consumer?: MinioCredentials;
}

/** Credentials to generate: the Secret's name and its two keys. */
export interface GeneratedMinioCredentials {
    readonly secretName: string;
    readonly keys: { readonly accessKey: string; readonly secretKey: string };
    /** Gives a user an access key that cannot be guessed, in place of its name. @default false */
    readonly randomAccessKey?: boolean;
    /** Where its consumer runs: the Secret is there too, for it to refer to. @default beside MinIO */
    readonly copyTo?: Scope;
}

/** Bytes of the key, as AES-256 needs them. */
const keyBytes = 32;

/**
 * A key as MinIO takes it from its environment: with a name, in Base64.
 * @param hexadecimal the key's bytes
 * @see https://github.com/minio/minio/blob/master/docs/kms/README.md
 */
export function namedKey(name: string, hexadecimal: string): string {
    return `${name}:${Buffer.from(hexadecimal, "hex").toString("base64")}`;
}

/**
 * A reference to the key that a server encrypts with, and the Secret that holds it. It is never rotated, as there would be
 * no way back to what it has encrypted, and cannot be deleted where the environment protects data.
 */
export function encryptionKey(
    server: string, scope: Scope, parent: pulumi.Resource,
): { readonly key: SecretKey; readonly ready: pulumi.Resource } {
    const generated = new GeneratedSecret<never, "key", "MINIO_KMS_SECRET_KEY">(`${server}-encryption`, scope, {
        values: {},
        passwords: { key: { length: 2 * keyBytes, alphabet: "hexadecimal" } },
        derived: { MINIO_KMS_SECRET_KEY: ({ key }) => namedKey(server, key) },
    }, { parent, protect: scope.environment.protectData });
    return { key: generated.key("MINIO_KMS_SECRET_KEY"), ready: generated.secret };
}
