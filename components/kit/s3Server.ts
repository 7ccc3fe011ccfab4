import type { Dependency, Environment } from "./connection";
import { connect } from "./connection";
import { SecretKey } from "./secretKey";
import { outside } from "./reach";

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

/** Variables with the credentials of a server that `mc` calls so. */
export function credentialVariables(alias: string): { accessKey: string; secretKey: string } {
    const prefix = alias.toUpperCase();
    return { accessKey: `${prefix}_ACCESS_KEY`, secretKey: `${prefix}_SECRET_KEY` };
}

/** Where `mc` finds a server, with its credentials, which the client takes out of the address again. */
export function clientHost(alias: string, protocol: string, host: string): Environment {
    const { accessKey, secretKey } = credentialVariables(alias);
    return { [`MC_HOST_${alias}`]: `${protocol}//$(${accessKey}):$(${secretKey})@${host}` };
}

/** The way to an S3 server outside the cluster, and what `mc` must know of it. */
export function s3Server({ endpoint, secretName, addresses, alias }: S3ServerArgs, namespace: string): S3Server {
    const { protocol, host, hostname, port } = new URL(endpoint);
    const key = (name: string): SecretKey => new SecretKey(namespace, secretName, name, secretName);
    const { accessKey, secretKey } = credentialVariables(alias);
    return {
        connection: connect(outside(hostname, addresses, Number(port) || (protocol === "http:" ? 80 : 443)), {}),
        environment: { [accessKey]: key("access-key"), [secretKey]: key("secret-key"), ...clientHost(alias, protocol, host) },
    };
}
