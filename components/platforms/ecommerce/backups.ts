import type * as pulumi from "@pulumi/pulumi";
import type { ScheduledTaskArgs } from "../../app/task";
import { ScheduledTask } from "../../app/task";
import type { Minio } from "../../data/minio";
import type { Mysql } from "../../data/mysql";
import { mysqlRunAs } from "../../data/mysql";
import { connect, environmentOf, qualifiedHost } from "../../kit/connection";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../kit/scope";
import { scratch } from "../../kit/volumes";
import { backupTelemetry } from "../../monitoring/telemetry/backup";
import type { ServiceName } from "./services";
import { specOf } from "./services";
import type { EcommerceSettings } from "./settings";
import { backups } from "./stores";

/** Minutes between the starts of two dumps: all at once would slow every service down. */
const staggerMinutes = 5;

const folder = "/dump";

/**
 * Writes a compressed dump, whose name is its time, to an empty folder. The password comes to the client in a file:
 * every process of the node could read it from a command line.
 */
export const dumpScript = `set -euo pipefail
umask 077
printf '[client]\\nprotocol=tcp\\nhost=%s\\nport=%s\\nuser=%s\\npassword=%s\\n' "$DB_HOST" "$DB_PORT" "$DB_USERNAME" "$DB_PASSWORD" > /tmp/client.cnf
file="${folder}/$(date -u +%Y-%m-%dT%H%M%SZ).sql.gz"
mysqldump --defaults-extra-file=/tmp/client.cnf --single-transaction --quick --no-tablespaces --triggers --events "$DB_DATABASE" | gzip > "$file"
gzip --test "$file"
gunzip --stdout "$file" | tail -n 1 | grep -q "^-- Dump completed"
`;

/** When the dump of the database at that place of the list starts. */
export function scheduleOf(index: number): string {
    const minutes = 2 * 60 + index * staggerMinutes;
    return `${minutes % 60} ${Math.floor(minutes / 60)} * * *`;
}

/** Nightly dumps of every database into a bucket that forgets them by itself. */
export class DatabaseBackups extends ScopedComponent {
    constructor(
        scope: Scope, private readonly settings: EcommerceSettings, databases: ReadonlyMap<ServiceName, Mysql>,
        private readonly minio: Minio, opts?: pulumi.ComponentResourceOptions,
    ) {
        super("ecommerce:DatabaseBackups", "backups", scope, opts);
        if (settings.backup.retentionDays !== null) {
            [...databases].forEach(([service, mysql], index) => {
                const name = `${specOf(service).domain?.replace(/_/g, "-")}-mysql-backup`;
                new ScheduledTask(name, scope, this.args(name, service, mysql, scheduleOf(index)), { parent: this });
            });
        }
        this.registerOutputs({});
    }

    private args(name: string, service: ServiceName, mysql: Mysql, schedule: string): ScheduledTaskArgs {
        const { namespace, environment } = this.scope;
        const database = connect(mysql.backup, mysql.variables);
        const storage = connect(this.minio.user(backups.user), { accessKey: "S3_ACCESS_KEY", secretKey: "S3_SECRET_KEY" });
        const dump = { volume: scratch("dump", "2Gi"), path: folder };
        return {
            component: "database-backup",
            connectsTo: [connect(mysql.backup, {}), storage],
            initContainers: [{
                name: "dump",
                image: this.settings.mysql.image,
                command: ["bash", "-c", dumpScript],
                environment: environmentOf(namespace, [database]),
                resources: resources("50m/64Mi", "250m/256Mi", "2304Mi"),
                mounts: [dump, { volume: scratch("tmp", "16Mi"), path: "/tmp" }],
            }],
            container: {
                name: "upload",
                image: this.settings.minio.clientImage,
                command: ["mc", "cp", "--recursive", `${folder}/`, `server/${backups.bucket}/${environment.name}/${service}/`],
                environment: {
                    MC_HOST_server: `http://$(S3_ACCESS_KEY):$(S3_SECRET_KEY)@${qualifiedHost(this.minio.node)}:9000`,
                    MC_CONFIG_DIR: "/tmp/mc",
                },
                resources: resources("50m/64Mi", "250m/128Mi", "2304Mi"),
                mounts: [dump, { volume: scratch("tmp", "16Mi"), path: "/tmp" }],
            },
            schedule,
            deadlineSeconds: 3600,
            retries: 2,
            telemetry: [backupTelemetry({ namespace, cronJob: name })],
            runAs: mysqlRunAs,
        };
    }
}
