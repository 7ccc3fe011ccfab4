import type { Dependency, Environment } from "../kit/connection";
import { connect } from "../kit/connection";
import type { ExternalNode } from "../kit/graph";
import { SecretKey } from "../kit/secretKey";
import { reach } from "../monitoring/reach";

/** A server outside the cluster with the interface of S3. */
export interface S3ServerArgs {
    /** Address, such as `https://s3.example.com`. */
    readonly endpoint: string;
    /** Secret of the namespace with the keys access-key and secret-key; its owner brings it. */
    readonly secretName: string;
    /** Blocks of addresses that the endpoint's name leads to. */
    readonly addresses: readonly string[];
    /** How `mc` is to call it: small letters, as in the variables' names. */
    readonly alias: string;
}

/** An S3 server as pods with the client `mc` see it. */
export interface S3Server {
    /** The way to it. */
    readonly connection: Dependency;
    /** Its credentials, and its address as `mc` reads it. */
    readonly environment: Environment;
}

/** The way to an S3 server outside the cluster, and what `mc` must know of it. */
export function s3Server({ endpoint, secretName, addresses, alias }: S3ServerArgs, namespace: string): S3Server {
    const { protocol, host, hostname, port } = new URL(endpoint);
    const node: ExternalNode = { type: "external", name: hostname, peers: addresses.map(cidr => ({ ipBlock: { cidr } })) };
    const key = (name: string): SecretKey => new SecretKey(namespace, secretName, name, secretName);
    const [access, secret] = ["ACCESS_KEY", "SECRET_KEY"].map(name => `${alias.toUpperCase()}_${name}`) as [string, string];
    return {
        connection: connect(reach(node, [{ number: Number(port) || (protocol === "http:" ? 80 : 443) }]), {}),
        environment: {
            [access]: key("access-key"),
            [secret]: key("secret-key"),
            // The client takes the credentials out of the address again.
            [`MC_HOST_${alias}`]: `${protocol}//$(${access}):$(${secret})@${host}`,
        },
    };
}
