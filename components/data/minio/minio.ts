import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { JobLimits } from "../../app/jobArgs";
import { dataFolder, withData } from "../../app/dataFolder";
import { Task } from "../../app/task";
import { Workload } from "../../app/workload";
import type { Connectable, Property } from "../../kit/connection";
import { accessOf, connect } from "../../kit/connection";
import type { Port, WorkloadNode } from "../../kit/graph";
import { images } from "../../kit/images";
import { recommendedLabels } from "../../kit/labels";
import type { Container } from "../../kit/pod";
import { httpProbe } from "../../kit/probes";
import type { ContainerResources } from "../../kit/resources";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import type { ConfigFiles, DataStorage, Volume } from "../../kit/volumes";
import { configVolume, scratch } from "../../kit/volumes";
import { GeneratedSecret } from "../../security/generatedSecret";
import type { GeneratedMinioCredentials, MinioCredentials } from "./credentials";
import { encryptionKey } from "./credentials";
import type { ObjectAction } from "./policies";
import type { MinioBucket, MinioProvisioning } from "./provisioning";
import { policyFiles, policyFolder, provisioningScript, serverAlias } from "./provisioning";
import { startTiming } from "../startBudgets";

/** A user of some buckets: a plain user with one policy, never a service account, which could escape its policy (GHSA-jjjj-jwhf-8rgr). */
export interface MinioUser {
    /** Where its keys are, or how to generate them; a generated access key is the user's name. */
    readonly credentials: MinioCredentials | GeneratedMinioCredentials;
    /** Buckets it may use; the first one is its property `bucket`. */
    readonly buckets: readonly string[];
    /** @default read, write and delete */
    readonly actions?: readonly ObjectAction[];
}

/**
 * What MinIO's client takes: 96 MiB when it adds a user, of which 72 MiB are no file's, as it derives a key from the password; on a new
 * server more than 128 MiB.
 * @param disk room for its temporary files, such as `32Mi`
 */
export function clientResources(disk: string): ContainerResources {
    return resources("50m/64Mi", "250m/256Mi", disk);
}

/** Arguments of {@link Minio}. */
export interface MinioArgs {
    /** A server with MinIO's arguments, variables, health paths and administration API. @default Silo (docs/object-storage.md) */
    readonly image?: string;
    /** Image with `mc` and a shell. @default Silo's client */
    readonly clientImage?: string;
    /** Where the objects are kept. */
    readonly storage: DataStorage;
    /** Requests and limits, without room for objects that are kept in the pod: that is added. */
    readonly resources: ContainerResources;
    /** The server's own credentials. @default generated in a Secret `<name>-credentials`, keys MINIO_ROOT_USER and MINIO_ROOT_PASSWORD */
    readonly root?: MinioCredentials | GeneratedMinioCredentials;
    readonly buckets: readonly MinioBucket[];
    /** Users by name. */
    readonly users: Readonly<Record<string, MinioUser>>;
    /** Name of the Job that creates buckets, policies and users. @default `<name>-provisioning` */
    readonly provisioningJobName?: string;
    /** How long and how often that Job tries. @default 300 s and six retries */
    readonly provisioningLimits?: JobLimits;
    /**
     * Gives the server a key, with which it encrypts its users and policies and the objects of buckets that ask for it. What
     * is encrypted is lost with the key, and so it stays on once it was on. @default false
     */
    readonly encryption?: boolean;
    /** Hours after which an upload that was not finished is forgotten. @default the server's own, 24 */
    readonly staleUploadHours?: number;
    /** Counter: each step generates new credentials. @default 0 */
    readonly rotation?: number;
}

/** What MinIO offers to the consumers of one user. */
export type MinioProperty = "endpoint" | "url" | "host" | "port" | "accessKey" | "secretKey" | "bucket";

const apiPort = 9000;
const consolePort = 9001;
const runAs = { user: 1000 };

/**
 * One MinIO server on a volume of its own; a Job creates its buckets, policies and users. Consumers connect as one of
 * the users, and so wait for that Job.
 *
 * Objects: StatefulSet, Services, PersistentVolumeClaim `<name>-pvc`, Job `<name>-provisioning` with its policies, and a
 * Secret for root and for each user that has none yet.
 *
 * @example
 * ```ts
 * const minio = new Minio("minio", scope, {
 *     storage: { size: "10Gi", storageClass: null }, resources: resources("100m/256Mi", "250m/512Mi"),
 *     buckets: [{ name: "media", versioning: true }],
 *     users: {
 *         media: {
 *             credentials: { secretName: "minio-media", keys: { accessKey: "MINIO_ACCESS_KEY", secretKey: "MINIO_SECRET_KEY" } },
 *             buckets: ["media"],
 *         },
 *     },
 * });
 * const connectsTo = [minio.user("media")];
 * ```
 */
export class Minio extends ScopedComponent {
    /** Its place in the dependency graph. */
    readonly node: WorkloadNode;
    /** Port of the S3 API; nothing that connects can reach the console. */
    readonly ports: readonly Port[];
    /** The server; a route to the console names its port `console`. */
    readonly server: Workload;
    /** The Job that creates buckets, policies and users. */
    readonly provisioning: Task;
    private readonly root: MinioCredentials;
    private readonly encryption: ReturnType<typeof encryptionKey> | undefined;
    private readonly users: ReadonlyMap<string, MinioCredentials>;

    /** @throws Error when a name is not allowed, a user's bucket is not among the buckets, or one is to be encrypted without a key */
    constructor(name: string, scope: Scope, private readonly args: MinioArgs, opts?: pulumi.ComponentResourceOptions) {
        super("data:Minio", name, scope, opts);
        this.root = this.credentials(args.root
            ?? { secretName: `${name}-credentials`, keys: { accessKey: "MINIO_ROOT_USER", secretKey: "MINIO_ROOT_PASSWORD" } });
        this.users = new Map(Object.entries(args.users).map(([user, { credentials }]) => [user, this.credentials(credentials, user)]));
        this.encryption = args.encryption ? encryptionKey(name, scope, this) : undefined;
        this.server = this.createServer();
        ({ node: this.node, ports: this.ports } = this.server);
        this.provisioning = this.createProvisioning();
        this.registerOutputs({ ...accessOf(this.rootUser(""), ...[...this.users.keys()].map(user => this.user(user))), buckets: args.buckets.map(bucket => bucket.name) });
    }

    /**
     * MinIO as one of its users sees it.
     * @throws Error when there is no such user
     */
    user(name: string): Connectable<MinioProperty> {
        const credentials = this.users.get(name);
        if (credentials === undefined) {
            throw new Error(`${this.objectName} has no user "${name}"; it has ${[...this.users.keys()].join(", ") || "none"}`);
        }
        const { consumer = credentials } = credentials;
        return this.connectable(consumer, this.args.users[name]?.buckets[0] ?? "", [this.provisioning.job, ...(consumer.ready ?? [])]);
    }

    /** MinIO as its root user sees it, who may do everything: for existing set-ups that need it, and for administration. */
    rootUser(bucket: string): Connectable<MinioProperty> {
        return this.connectable(this.root, bucket, [this.provisioning.job]);
    }

    private connectable(
        { accessKey, secretKey }: MinioCredentials, bucket: string, after: readonly pulumi.Resource[],
    ): Connectable<MinioProperty> {
        const properties: Record<MinioProperty, Property> = {
            endpoint: view => `${view.host}:${apiPort}`,
            url: view => `http://${view.host}:${apiPort}`,
            host: view => view.host,
            port: String(apiPort),
            accessKey,
            secretKey,
            bucket,
        };
        const variables = { endpoint: "MINIO_ENDPOINT", accessKey: "MINIO_ACCESS_KEY", secretKey: "MINIO_SECRET_KEY", bucket: "MINIO_BUCKET" };
        return { node: this.node, ports: this.ports, properties, variables, ready: [...this.server.ready, ...after] };
    }

    /** Credentials as references to Secrets, one of which is generated when there is none yet. */
    private credentials(source: MinioCredentials | GeneratedMinioCredentials, user?: string): MinioCredentials {
        if ("accessKey" in source) {
            return source;
        }
        const { secretName, keys: { accessKey, secretKey } } = source;
        const named = user !== undefined && !source.randomAccessKey;
        const generated = new GeneratedSecret<string, string>(secretName, this.scope, {
            values: named ? { [accessKey]: user } : {},
            passwords: {
                // A user's access key stays in a rotation: another one would be another user.
                ...(!named && { [accessKey]: { length: 20, ...(user !== undefined && { rotation: 0 }) } }),
                [secretKey]: { length: 40 },
            },
            rotation: this.args.rotation ?? 0,
        }, { parent: this });
        const copy = source.copyTo && generated.copyTo(source.copyTo);
        const consumer = copy && { accessKey: copy.key(accessKey), secretKey: copy.key(secretKey), ready: [copy.secret] };
        const [access, secret] = [generated.key(accessKey), generated.key(secretKey)];
        return { accessKey: access, secretKey: secret, ready: [generated.secret], ...(consumer && { consumer }) };
    }

    private createServer(): Workload {
        const claim = `${this.objectName}-pvc`;
        const isEphemeral = "ephemeral" in this.args.storage;
        const data = dataFolder({ claim, ...(isEphemeral && { volume: "data" }) }, this.scope, this.args.storage, this);
        return new Workload(this.objectName, this.scope, {
            kind: "StatefulSet",
            component: "object-storage",
            labels: { tier: "storage" },
            container: this.serverContainer(data.volume),
            service: { port: "api", number: apiPort, further: { console: consolePort } },
            metricsPort: "api",
            storage: data.storage,
            terminationGraceSeconds: 60,
            runAs,
            after: [...(this.root.ready ?? []), ...(this.encryption ? [this.encryption.ready] : []), ...data.after],
        }, { parent: this });
    }

    private serverContainer(data: Volume): Container {
        return {
            name: this.objectName,
            image: this.args.image ?? images.minio,
            // The image's entry point knows its program: minio in MinIO's, silo in its successor's.
            args: ["server", "/data", "--console-address", `:${consolePort}`],
            ports: { api: apiPort, console: consolePort },
            environment: {
                MINIO_ROOT_USER: this.root.accessKey,
                MINIO_ROOT_PASSWORD: this.root.secretKey,
                ...(this.encryption && { MINIO_KMS_SECRET_KEY: this.encryption.key }),
                // Metrics tell nothing about objects, and NetworkPolicies decide who reaches them.
                MINIO_PROMETHEUS_AUTH_TYPE: "public",
                // It would look for releases that no longer come.
                MINIO_UPDATE: "off",
                // Certificates are looked for below the home folder, which is created at the start.
                HOME: "/tmp",
                ...(this.args.staleUploadHours !== undefined && { MINIO_API_STALE_UPLOADS_EXPIRY: `${this.args.staleUploadHours}h` }),
            },
            resources: withData(this.args.resources, this.args.storage),
            probes: {
                startup: httpProbe("/minio/health/ready", "api", startTiming("objectStore", { periodSeconds: 5, timeoutSeconds: 3 })),
                readiness: httpProbe("/minio/health/ready", "api", { periodSeconds: 10, timeoutSeconds: 5 }),
                liveness: httpProbe("/minio/health/live", "api", { periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 }),
            },
            mounts: [{ volume: data, path: "/data" }, { volume: scratch("tmp", "64Mi"), path: "/tmp" }],
        };
    }

    private createProvisioning(): Task {
        const jobName = this.args.provisioningJobName ?? `${this.objectName}-provisioning`;
        const provisioning = this.provisioningPlan();
        const script = provisioningScript(provisioning);
        const config = this.createPolicies(jobName, policyFiles(provisioning));
        const userKeys = Object.fromEntries([...this.users].flatMap(([user, { accessKey, secretKey }]) => {
            const variables = variablesOf(user);
            return [[variables.accessKey, accessKey], [variables.secretKey, secretKey]];
        }));
        return new Task(jobName, this.scope, {
            component: "object-storage-provisioning",
            connectsTo: [connect({ ...this.connectable(this.root, "", []) }, { accessKey: "MINIO_ROOT_USER", secretKey: "MINIO_ROOT_PASSWORD" })],
            container: {
                name: "mc",
                image: this.args.clientImage ?? images.minioClient,
                command: ["sh", "-c", script.text],
                environment: {
                    ...script.environment,
                    ...userKeys,
                    [`MC_HOST_${serverAlias}`]: `http://$(MINIO_ROOT_USER):$(MINIO_ROOT_PASSWORD)@${this.objectName}:${apiPort}`,
                    MC_CONFIG_DIR: "/tmp/mc",
                },
                resources: clientResources("32Mi"),
                mounts: [
                    { volume: configVolume("policies", config.files), path: policyFolder, readOnly: true },
                    { volume: scratch("tmp", "16Mi"), path: "/tmp" },
                ],
            },
            ...(this.args.provisioningLimits ?? { deadlineSeconds: 300, retries: 6 }),
            runAs,
            after: [config.configMap, ...[...this.users.values()].flatMap(({ ready = [] }) => ready)],
        }, { parent: this });
    }

    private provisioningPlan(): MinioProvisioning {
        const { buckets, users, encryption = false } = this.args;
        const unable = encryption ? undefined : buckets.find(({ encrypted }) => encrypted);
        if (unable) {
            throw new Error(`bucket "${unable.name}" is to be encrypted, and ${this.objectName} has no key; give it encryption: true`);
        }
        return {
            buckets,
            users: Object.entries(users).map(([name, user]) => ({
                name,
                variables: variablesOf(name),
                buckets: user.buckets,
                actions: user.actions ?? ["read", "write", "delete"],
            })),
        };
    }

    private createPolicies(jobName: string, files: Record<string, string>): { files: ConfigFiles; configMap: k8s.core.v1.ConfigMap } {
        const name = `${jobName}-policies`;
        const labels = recommendedLabels({ platform: this.scope.platform, name, component: "object-storage-provisioning" });
        return { files: { name, files }, configMap: this.createConfigMap({ name, files }, labels) };
    }
}

/** Variables of the provisioning script with one user's credentials. */
function variablesOf(user: string): { accessKey: string; secretKey: string } {
    const prefix = user.toUpperCase().replace(/-/g, "_");
    return { accessKey: `${prefix}_ACCESS_KEY`, secretKey: `${prefix}_SECRET_KEY` };
}
