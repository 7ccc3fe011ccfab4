import type { Minio } from "../../data/minio/minio";
import type { S3Server } from "../../kit/s3Server";
import { clientHost, credentialVariables, s3Server } from "../../kit/s3Server";
import { connect, environmentOf, qualifiedHost } from "../../kit/connection";
import type { EcommerceSettings } from "./settings";
import { backups } from "./stores";

/** Where dumps and binary logs go, as pods with the client `mc` see it. */
export interface BackupTarget extends S3Server {
    /** Bucket, with the server's alias before it. */
    readonly bucket: string;
}

const alias = "server";

/** The server of the settings, or the shop's own MinIO, whose bucket encrypts by itself. */
export function backupTarget({ backup: { target } }: EcommerceSettings, minio: Minio, namespace: string): BackupTarget {
    const { connection, environment, bucket } = target === null ? inside(minio, namespace) : outside(target, namespace);
    return { connection, environment: { ...environment, MC_CONFIG_DIR: "/tmp/mc" }, bucket };
}

function inside(minio: Minio, namespace: string): BackupTarget {
    const storage = connect(minio.user(backups.user), credentialVariables(alias));
    return {
        connection: connect(storage.target, {}),
        environment: { ...environmentOf(namespace, [storage]), ...clientHost(alias, "http:", `${qualifiedHost(minio.node)}:9000`) },
        bucket: `${alias}/${backups.bucket}`,
    };
}

function outside(
    { url, bucket: name, secretName, addresses, encryption }: NonNullable<EcommerceSettings["backup"]["target"]>, namespace: string,
): BackupTarget {
    const { connection, environment } = s3Server({ endpoint: url, secretName, addresses, alias }, namespace);
    const bucket = `${alias}/${name}`;
    return { connection, environment: { ...environment, ...(encryption === "sse-s3" && { MC_ENC_S3: bucket }) }, bucket };
}
