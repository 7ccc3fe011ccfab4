import type { Minio } from "../../data/minio";
import type { Dependency, Environment } from "../../kit/connection";
import { connect, environmentOf, qualifiedHost } from "../../kit/connection";
import type { ExternalNode } from "../../kit/graph";
import { SecretKey } from "../../kit/secretKey";
import { reach } from "../../monitoring/reach";
import type { EcommerceSettings } from "./settings";
import { backups } from "./stores";

/** Where dumps and binary logs go, as pods with the client `mc` see it. */
export interface BackupTarget {
    /** The way to it. */
    readonly connection: Dependency;
    /** Credentials and address; the alias is `server`. */
    readonly environment: Environment;
    /** Bucket, with the alias before it. */
    readonly bucket: string;
}

/** The server of the settings, or the shop's own MinIO, whose bucket encrypts by itself. */
export function backupTarget({ backup: { target } }: EcommerceSettings, minio: Minio, namespace: string): BackupTarget {
    return target === null ? inside(minio, namespace) : outside(target, namespace);
}

/** `mc` takes the credentials out of the address again. */
function mcEnvironment(credentials: Environment, protocol: string, host: string): Environment {
    return { ...credentials, MC_HOST_server: `${protocol}//$(S3_ACCESS_KEY):$(S3_SECRET_KEY)@${host}`, MC_CONFIG_DIR: "/tmp/mc" };
}

function inside(minio: Minio, namespace: string): BackupTarget {
    const storage = connect(minio.user(backups.user), { accessKey: "S3_ACCESS_KEY", secretKey: "S3_SECRET_KEY" });
    return {
        connection: connect(storage.target, {}),
        environment: mcEnvironment(environmentOf(namespace, [storage]), "http:", `${qualifiedHost(minio.node)}:9000`),
        bucket: `server/${backups.bucket}`,
    };
}

function outside(
    { url, bucket, secretName, addresses, encryption }: NonNullable<EcommerceSettings["backup"]["target"]>, namespace: string,
): BackupTarget {
    const { protocol, host, hostname, port } = new URL(url);
    const node: ExternalNode = { type: "external", name: hostname, peers: addresses.map(cidr => ({ ipBlock: { cidr } })) };
    const key = (name: string): SecretKey => new SecretKey(namespace, secretName, name, secretName);
    const credentials = { S3_ACCESS_KEY: key("access-key"), S3_SECRET_KEY: key("secret-key") };
    return {
        connection: connect(reach(node, [{ number: Number(port) || (protocol === "http:" ? 80 : 443) }]), {}),
        environment: {
            ...mcEnvironment(credentials, protocol, host),
            ...(encryption === "sse-s3" && { MC_ENC_S3: `server/${bucket}` }),
        },
        bucket: `server/${bucket}`,
    };
}
