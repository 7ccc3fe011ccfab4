import type * as pulumi from "@pulumi/pulumi";

/** A reference to one key of a Secret: what travels between components in place of the value. */
export class SecretKey {
    constructor(
        /** Namespace of the Secret; only workloads there can refer to it. */
        readonly namespace: string,
        /** Name of the Secret. */
        readonly secretName: string,
        /** Key within the Secret. */
        readonly key: string,
        /** Digest of the key's value; put on a pod template, it rolls the pods when the value changes. */
        readonly checksum: pulumi.Input<string>,
        /** Digest of the whole Secret, for pods that read all of it. @default that of the key */
        readonly secretChecksum: pulumi.Input<string> = checksum,
    ) {}
}
