import type { TaskArgs } from "../../app/task";
import type { WorkloadArgs } from "../../app/workload";
import type { Dependency, Environment } from "../../kit/connection";
import { connect } from "../../kit/connection";
import type { Connectable } from "../../kit/connection";
import { parseImage } from "../../kit/images";
import type { Container } from "../../kit/pod";
import type { Probe, Probes } from "../../kit/probes";
import { execProbe, httpProbe } from "../../kit/probes";
import type { ContainerResources } from "../../kit/resources";
import { resources } from "../../kit/resources";
import type { Mount } from "../../kit/volumes";
import { scratch } from "../../kit/volumes";
import type { MinioProperty } from "../../data/minio/minio";
import type { MysqlProperty } from "../../data/mysql/mysql";
import type { RabbitmqProperty } from "../../data/rabbitmq/contract";
import { outside } from "../../kit/reach";
import { migrationComponent } from "./delivery";
import type { ServiceName } from "./services";
import { gateway, specOf } from "./services";
import type { ServiceContext } from "./serviceVariables";
import { mailCredentials, ports, variablesOf } from "./serviceVariables";
import type { EcommerceSettings } from "./settings";

/** What one service connects to, as far as its row of the table says so. */
export interface ServiceStores {
    readonly rabbitmq: Connectable<RabbitmqProperty>;
    readonly mysql?: Connectable<MysqlProperty>;
    readonly redis?: Connectable;
    readonly storage?: Connectable<MinioProperty>;
}

/** The image of a service. */
export function imageOf({ images, services }: EcommerceSettings, name: ServiceName): string {
    return services[name]?.image ?? `${images.registry}/${name}:${images.tag}`;
}

/** Longest name of a Task whose pods bear it as a label of 63 letters, after the platform's. */
const longestTaskName = 63 - "ecommerce-".length;

/**
 * Name of the Job that migrates a service's database: with the tag of its image or the start of its digest, in the letters
 * that names of objects have, and never longer than what the Job's pods can bear as a label.
 */
export function migrationName(settings: EcommerceSettings, name: ServiceName): string {
    const { tag, digest } = parseImage(imageOf(settings, name));
    const version = (tag ?? digest?.split(":")[1]?.slice(0, 12) ?? "").toLowerCase()
        .replace(/[^a-z0-9]+/g, separator => (separator === "." ? separator : "-"));
    return `${name}-migrate-${version}`.slice(0, longestTaskName).replace(/[.-]+$/, "");
}

/** Requests and limits of a service; on the node's disk it may fill its folders, and write logs besides. */
export function resourcesOf({ application, services }: EcommerceSettings, name: ServiceName): ContainerResources {
    const { requests, limits } = services[name]?.resources ?? application.resources;
    return resources(requests, limits, "256Mi");
}

function connectionsOf(
    { settings: { mail }, tracing }: ServiceContext, name: ServiceName, { rabbitmq, mysql, redis, storage }: ServiceStores,
): Dependency[] {
    return [
        connect(rabbitmq, { user: "RABBITMQ_USER", password: "RABBITMQ_PASSWORD" }),
        ...(mysql ? [mysql] : []),
        ...(redis ? [connect(redis as Connectable<"password">, { password: "REDIS_PASSWORD" })] : []),
        ...(storage ? [
            connect(storage, { accessKey: "MINIO_ACCESS_KEY", secretKey: "MINIO_SECRET_KEY" }),
            connect(storage, { accessKey: "AWS_ACCESS_KEY_ID", secretKey: "AWS_SECRET_ACCESS_KEY" }),
        ] : []),
        ...(tracing === null ? [] : [tracing.receiver]),
        ...(mail && name === "newsletters-service" ? [outside(mail.host, mail.addresses, mail.port)] : []),
    ];
}

/** Folders below `storage/framework` that Laravel expects to find. */
const frameworkFolders = ["views", "sessions", "cache/data"];

/** Folders that a Laravel application writes to; everything else of the image is read-only. */
function writableFolders(root: string): Mount[] {
    // With the file driver it has the sessions and the cache too.
    const framework = scratch("framework", "128Mi");
    return [
        { volume: scratch("tmp", "32Mi"), path: "/tmp" },
        { volume: framework, path: `${root}/storage/framework` },
        // The empty volume hides the image's folders, and Laravel creates none of them ("Please provide a valid cache path");
        // the kubelet makes each folder that a mount names, with the volume's own rights.
        ...frameworkFolders.map((folder): Mount => ({ volume: framework, path: `${root}/storage/framework/${folder}`, subPath: folder })),
        { volume: scratch("logs", "16Mi"), path: `${root}/storage/logs` },
        { volume: scratch("bootstrap-cache", "8Mi"), path: `${root}/bootstrap/cache` },
    ];
}

/** The container of a service, of its worker and of its migration. */
function containerOf(context: ServiceContext, name: ServiceName, secrets: Environment): Container {
    const { settings, globalConfig: common } = context;
    const { command, args, applicationRoot = `/var/www/${name}` } = settings.services[name] ?? {};
    return {
        name,
        image: imageOf(settings, name),
        ...(command && { command }),
        ...(args && { args }),
        environmentFrom: [common],
        environment: { ...variablesOf(context, name), ...secrets, ...mailCredentials(context, name) },
        resources: resourcesOf(settings, name),
        mounts: writableFolders(applicationRoot),
    };
}

/** What a service has besides because it answers requests. */
function serving({ settings }: ServiceContext, name: ServiceName): Pick<Container, "ports" | "probes" | "preStopSleepSeconds"> {
    const isGateway = name === gateway;
    const { healthPath = "/health", metricsPort = ports.metrics, ...own } = settings.services[name] ?? {};
    const { livenessPath = isGateway ? "/simple-health" : healthPath, probes = {} } = own;
    const probe = (kind: keyof Probes, path: string, periodSeconds: number, failureThreshold: number): Probe =>
        httpProbe(path, "http", { periodSeconds, failureThreshold, timeoutSeconds: 3, ...probes[kind] });
    return {
        ports: { http: isGateway ? ports.gateway : ports.service, metrics: metricsPort },
        probes: {
            startup: probe("startup", healthPath, 5, isGateway ? 6 : 30),
            readiness: probe("readiness", healthPath, 10, 3),
            liveness: isGateway ? probe("liveness", livenessPath, 5, 3) : probe("liveness", livenessPath, 10, 6),
        },
        preStopSleepSeconds: 5,
    };
}

const defaultUser = 10001;

/** What pods of a service and of its worker and migration have in common. */
function placement(
    { settings, priorities }: ServiceContext, name: ServiceName,
): Pick<WorkloadArgs, "runAs" | "imagePullSecrets" | "priorityClassName"> {
    const { services: { [name]: own }, images } = settings;
    const priorityClassName = priorities?.[specOf(name).tier];
    return {
        runAs: { user: own?.runAsUser ?? defaultUser },
        ...(images.pullSecret !== null && { imagePullSecrets: [images.pullSecret] }),
        ...(priorityClassName && { priorityClassName }),
    };
}

/** Doubled or two more pods a minute; one less a minute after five quiet ones: PHP gives memory back late. */
function scaling({ application, services }: EcommerceSettings, name: ServiceName): Partial<WorkloadArgs> {
    if (!application.autoscaling) {
        return { replicas: application.replicas };
    }
    const { pods, minimumAvailable } = specOf(name);
    const [minimum, maximum] = services[name]?.pods ?? pods;
    const fewest = Math.max(minimum, Math.min(application.minimumPods ?? minimum, maximum));
    return {
        autoscaling: {
            minimum: fewest,
            maximum,
            cpuPercent: application.cpuPercent,
            memoryPercent: application.memoryPercent,
            behavior: {
                scaleUp: {
                    selectPolicy: "Max",
                    policies: [{ type: "Percent", value: 100, periodSeconds: 60 }, { type: "Pods", value: 2, periodSeconds: 60 }],
                },
                scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: "Pods", value: 1, periodSeconds: 60 }] },
            },
        },
        // Only while a pod is above it: otherwise no node could be drained.
        ...(minimumAvailable !== undefined && minimumAvailable < fewest && { minimumAvailable }),
    };
}

/** A service: a Deployment with a Service of the same name. */
export function serviceArgs(context: ServiceContext, name: ServiceName, stores: ServiceStores, secrets: Environment): WorkloadArgs {
    const { settings: { application, services } } = context;
    return {
        ...placement(context, name),
        ...scaling(context.settings, name),
        component: "application",
        labels: { component: "microservice" },
        connectsTo: connectionsOf(context, name, stores),
        configMapName: `${name}-config`,
        container: { ...containerOf(context, name, secrets), ...serving(context, name) },
        service: {
            port: "http", number: specOf(name).port, further: { metrics: ports.metrics },
            ...(services[name]?.sessionAffinity && { sessionAffinity: true }),
        },
        metricsPort: "metrics",
        disruptionBudgetName: `${name}-pdb`,
        spread: { apart: true, zones: application.spreadOverZones },
        revisions: 5,
        terminationGraceSeconds: 30,
    };
}

/** A service's queue consumer, when it has pods of its own: the same image and variables, and nothing that answers. */
export function workerArgs(context: ServiceContext, name: ServiceName, stores: ServiceStores, secrets: Environment): WorkloadArgs | null {
    const worker = context.settings.services[name]?.worker;
    if (!worker) {
        return null;
    }
    return {
        ...placement(context, name),
        component: "worker",
        connectsTo: connectionsOf(context, name, stores),
        container: {
            ...containerOf(context, name, secrets),
            command: worker.command,
            probes: {
                readiness: execProbe(worker.healthCommand, { periodSeconds: 30, timeoutSeconds: 15, failureThreshold: 3 }),
                liveness: execProbe(worker.healthCommand, { periodSeconds: 60, timeoutSeconds: 15, failureThreshold: 6 }),
            },
        },
        replicas: worker.replicas,
        terminationGraceSeconds: 30,
    };
}

/**
 * Changes of a service's schema, before each roll-out: one Job, where each of several pods would race to make them. It
 * reaches the database and nothing else: caches, which migrations clear, and sessions are its own, and it traces nothing.
 */
export function migrationArgs(
    context: ServiceContext, name: ServiceName, mysql: Connectable<MysqlProperty>, secrets: Environment,
): TaskArgs {
    const container = containerOf(context, name, secrets);
    const alone = { CACHE_STORE: "array", SESSION_DRIVER: "array", ...(context.tracing !== null && { OTEL_SDK_DISABLED: "true" }) };
    return {
        ...placement(context, name),
        component: migrationComponent,
        connectsTo: [mysql],
        container: {
            ...container,
            command: context.settings.migrations.command,
            environment: { ...container.environment, ...alone },
        },
        deadlineSeconds: 600,
        retries: 3,
        timeToLiveSeconds: 3600,
    };
}
