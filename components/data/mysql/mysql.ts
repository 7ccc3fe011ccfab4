import type * as pulumi from "@pulumi/pulumi";
import { Workload } from "../../app/workload";
import type { Connectable, Property } from "../../kit/connection";
import { accessOf } from "../../kit/connection";
import type { Port, WorkloadNode } from "../../kit/graph";
import { images } from "../../kit/images";
import { recommendedLabels } from "../../kit/labels";
import type { Container } from "../../kit/pod";
import { execProbe } from "../../kit/probes";
import type { ContainerResources } from "../../kit/resources";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { ConfigFiles, DataStorage, Mount, Volume } from "../../kit/volumes";
import type { ShellScript } from "../../kit/textFile";
import { configVolume, scratch, secretFiles } from "../../kit/volumes";
import prepared from "./prepared.bash";
import start from "./start.sh";
import { mysqlTelemetry } from "./telemetry";
import type { ExternalEntry } from "../../security/externalSecret";
import { exporterProbes, exporterUser } from "../../kit/exporter";
import type { MysqlSettings } from "./configuration";
import { initSql, mysqlConfiguration } from "./configuration";
import type { MysqlCredentials } from "./credentials";
import { credentialFiles, mysqlCredentials } from "./credentials";
import { dataFolder, withData } from "../../app/dataFolder";
import { startTiming } from "../startBudgets";

/** Arguments of {@link Mysql}. */
export interface MysqlArgs {
    /** Image of MySQL 8.4. @default the pinned version of components/kit/images.ts */
    readonly image?: string;
    readonly database: string;
    /** User of the application, with all rights on its database and none on others. */
    readonly user: string;
    /** Beginning of further names: `<prefix>-secret`, `<prefix>-pvc`, `<prefix>-init`, `<prefix>-config`. @default name of the server */
    readonly prefix?: string;
    readonly storage: DataStorage;
    /** Requests and limits, without room for data that are kept in the pod: that is added. */
    readonly resources: ContainerResources;
    readonly settings?: MysqlSettings;
    /** Runs an exporter beside the server; it needs the performance schema. @default true */
    readonly exporter?: boolean;
    /** Counter: each step generates new passwords, which the server takes over when it restarts. @default 0 */
    readonly rotation?: number;
    /**
     * Entry of a store with the properties root_password, username, which must be that of `user`, and password.
     * @default passwords are generated
     */
    readonly external?: ExternalEntry;
}

/** What MySQL offers to its consumers. */
export type MysqlProperty = "host" | "port" | "database" | "user" | "password" | "url";

/** Where clients reach MySQL. */
export const mysqlPort = 3306;

/** Where the data lies: below the root of the volume, where file systems keep lost+found, as MySQL prepares empty folders only. */
export const mysqlDataMount: Omit<Mount, "volume"> = { path: "/var/lib/mysql", subPath: "mysql" };

/** Where the server and its clients see their accounts. */
const accountsFolder = "/etc/mysql-accounts";

/** User of the image. */
export const mysqlRunAs = { user: 999 };

/**
 * The image prepares an empty folder and then runs what it finds in another; on a folder with data that one does nothing, and
 * the same accounts come from the init file. During the preparation an init file must not be given: the bootstrap refuses
 * account statements.
 */
export const startScript: ShellScript = {
    text: start,
    environment: { DATA_FOLDER: mysqlDataMount.path, ACCOUNTS_FILE: `${accountsFolder}/${credentialFiles.accounts}` },
};

/** The last script of the preparation. */
export const preparedScript = prepared;

/**
 * One MySQL 8.4 server for one application: a StatefulSet of one pod behind a headless Service of the same name, with
 * its own database, generated credentials and, if asked for, an exporter. There is exactly one writer.
 */
export class Mysql extends ScopedComponent implements Connectable<MysqlProperty> {
    readonly node: WorkloadNode;
    readonly ports: readonly Port[] = [{ number: mysqlPort }];
    readonly properties: Readonly<Record<MysqlProperty, Property>>;
    readonly variables = {
        host: "DB_HOST", port: "DB_PORT", database: "DB_DATABASE", user: "DB_USERNAME", password: "DB_PASSWORD",
    } as const;
    readonly ready: readonly pulumi.Resource[];
    /** The server. */
    readonly server: Workload;
    private readonly credentials: MysqlCredentials;

    constructor(name: string, scope: Scope, private readonly args: MysqlArgs, opts?: pulumi.ComponentResourceOptions) {
        super("data:Mysql", name, scope, opts);
        const { database, user, exporter = true, rotation, external, settings: { binaryLog = true } = {} } = args;
        this.credentials = mysqlCredentials(`${this.prefix}-secret`, scope, {
            database, user, exporter, binaryLog, ...(rotation !== undefined && { rotation }), ...(external && { external }),
        }, { parent: this });
        this.server = this.createServer();
        ({ node: this.node, ready: this.ready } = this.server);
        this.properties = {
            host: view => view.host,
            port: String(mysqlPort),
            database: args.database,
            user: this.credentials.key("username"),
            password: this.credentials.key("password"),
            url: view => `mysql://$(${view.variable("user")}):$(${view.variable("password")})@${view.host}:${mysqlPort}/${args.database}`,
        };
        this.registerOutputs(accessOf(this));
    }

    /** MySQL as an account sees it that may read the database, for dumps. */
    get backup(): Connectable<MysqlProperty> {
        const { node, ports, properties, variables, ready, credentials } = this;
        return {
            node, ports, variables, ready,
            properties: { ...properties, user: credentials.key("backup-username"), password: credentials.key("backup-password") },
        };
    }

    private get prefix(): string {
        return this.args.prefix ?? this.objectName;
    }

    private createServer(): Workload {
        const { exporter = true, storage } = this.args;
        const data = dataFolder({ claim: `${this.prefix}-pvc`, volume: "data" }, this.scope, storage, this);
        const configuration = { name: `${this.prefix}-config`, files: { "server.cnf": mysqlConfiguration(this.args.settings) } };
        const initialization = {
            name: `${this.prefix}-init`,
            files: {
                "01-init.sql": initSql(this.args.database, this.args.user),
                // The image reads this file as its own shell does: the function is its.
                "02-accounts.sh": `docker_process_sql < ${accountsFolder}/${credentialFiles.accounts}\n`,
                "03-prepared.sh": preparedScript,
            },
        };
        const configMaps = [configuration, initialization].map(config => this.createConfigMap(config, recommendedLabels({
            platform: this.scope.platform, name: config.name, component: "database",
        })));
        return new Workload(this.objectName, this.scope, {
            kind: "StatefulSet",
            component: "database",
            labels: { tier: "database" },
            container: this.serverContainer(data.volume, configuration, initialization),
            ...(exporter && {
                sidecars: [this.exporterContainer()],
                metricsPort: "metrics",
                telemetry: [mysqlTelemetry({ namespace: this.scope.namespace, app: this.objectName })],
            }),
            service: { port: "mysql", number: mysqlPort, headless: true },
            storage: data.storage,
            terminationGraceSeconds: 60,
            runAs: mysqlRunAs,
            after: [this.credentials.secret, ...configMaps, ...data.after],
        }, { parent: this });
    }

    private serverContainer(data: Volume, configuration: ConfigFiles, initialization: ConfigFiles): Container {
        const { credentials } = this;
        const client = (program: string, file: string, ...rest: string[]): string[] =>
            [program, `--defaults-extra-file=${accountsFolder}/${file}`, ...rest];
        // Over TCP: the socket already answers while the image prepares an empty volume.
        const ping = client("mysqladmin", credentialFiles.liveness, "-h", "127.0.0.1", "-P", String(mysqlPort), "ping");
        return {
            name: "mysql",
            image: this.args.image ?? images.mysql84,
            command: ["sh", "-c", startScript.text],
            ports: { mysql: mysqlPort },
            environment: {
                ...startScript.environment,
                MYSQL_ROOT_PASSWORD: credentials.key("root-password"),
                MYSQL_DATABASE: this.args.database,
                MYSQL_USER: credentials.key("username"),
                MYSQL_PASSWORD: credentials.key("password"),
                MYSQL_ROOT_HOST: "localhost",
            },
            resources: withData(this.args.resources, this.args.storage),
            probes: {
                startup: execProbe(ping, startTiming("mysql", { periodSeconds: 10, timeoutSeconds: 5 })),
                readiness: execProbe(client("mysql", credentialFiles.readiness, "-h", "127.0.0.1", "-P", String(mysqlPort), "-e", "SELECT 1"),
                    { initialDelaySeconds: 45, periodSeconds: 10, timeoutSeconds: 5 }),
                liveness: execProbe(ping, { initialDelaySeconds: 60, periodSeconds: 10, timeoutSeconds: 5 }),
            },
            mounts: [
                { ...mysqlDataMount, volume: data },
                { volume: configVolume("config", configuration), path: "/etc/mysql/conf.d", readOnly: true },
                { volume: configVolume("init-script", initialization), path: "/docker-entrypoint-initdb.d", readOnly: true },
                {
                    volume: secretFiles("accounts", Object.fromEntries(
                        Object.values(credentialFiles).map(file => [file, credentials.key(file)]))),
                    path: accountsFolder, readOnly: true,
                },
                { volume: scratch("tmp", "64Mi"), path: "/tmp" },
                { volume: scratch("run", "8Mi"), path: "/var/run/mysqld" },
            ],
        };
    }

    private exporterContainer(): Container {
        return {
            name: "exporter",
            image: images.mysqlExporter,
            args: [`--mysqld.address=127.0.0.1:${mysqlPort}`, "--mysqld.username=exporter"],
            ports: { metrics: 9104 },
            environment: { MYSQLD_EXPORTER_PASSWORD: this.credentials.key("exporter-password") },
            resources: resources("25m/32Mi", "100m/128Mi", "32Mi"),
            probes: exporterProbes,
            runAs: exporterUser,
        };
    }
}
