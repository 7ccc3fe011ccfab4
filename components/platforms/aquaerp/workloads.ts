import type { DeploymentWorkloadArgs, WorkloadArgs } from "../../app/workload";
import type { EnvironmentDefaults } from "../../kit/environment";
import type { Dependency, Environment } from "../../kit/connection";
import { httpProbe } from "../../kit/probes";
import { resources, withScratch } from "../../kit/resources";
import { SecretKey } from "../../kit/secretKey";
import type { ConfigFiles } from "../../kit/volumes";
import { scratch } from "../../kit/volumes";
import { sharedService } from "../../kit/reach";
import { databaseName, serverName } from "./database";
import type { ServiceName } from "./services";
import { healthPath, servicePorts } from "./services";
import type { AquaErpSettings } from "./settings";
import { replicaCounts, serviceSettings } from "./settings";

/** Seconds of lower load after which an autoscaler removes pods. */
const scaleDownSeconds = 300;

/** What all services have in common. */
export interface WorkloadContext {
    readonly settings: AquaErpSettings;
    readonly environment: EnvironmentDefaults;
    readonly namespace: string;
}

/** What is special about one service. */
export interface ServiceNeeds {
    readonly connectsTo: readonly Dependency[];
    readonly environment?: Environment;
    /** ConfigMap with the way to the database; left out for a service that does not use it. */
    readonly appConfig?: ConfigFiles;
}

/** Plain values for every service that works with the database. */
export function appConfig({ nodeEnvironment, variables }: AquaErpSettings): ConfigFiles {
    return {
        name: "app-config",
        files: {
            [variables.nodeEnvironment]: nodeEnvironment,
            DATABASE_HOST: serverName,
            DATABASE_PORT: "5432",
            DATABASE_NAME: databaseName,
        },
    };
}

/** The image of a service: its own, or that of the registry. */
export function serviceImage(settings: AquaErpSettings, name: ServiceName): string {
    const { image, tag } = serviceSettings(settings, name);
    return image ?? `${settings.registry.address}/${name}:${tag ?? settings.registry.tag}`;
}

/** Probes of a service; all ask the same path, so that only the number of failures tells a restart from a pause. */
function probes(name: ServiceName): WorkloadArgs["container"]["probes"] {
    const path = healthPath(name);
    return {
        startup: httpProbe(path, "http", { periodSeconds: 5, failureThreshold: 24, timeoutSeconds: 3 }),
        readiness: httpProbe(path, "http", { initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 }),
        liveness: httpProbe(path, "http", { initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 6 }),
    };
}

/** How many pods a service has: an autoscaler's range, or a number. */
function size(settings: AquaErpSettings, name: ServiceName): Pick<DeploymentWorkloadArgs, "replicas" | "autoscaling" | "minimumAvailable"> {
    const ranges = { "api-gateway": settings.hpa.gateway, "frontend": settings.hpa.frontend } as const;
    const range = settings.autoscaling ? (ranges as Partial<Record<ServiceName, typeof ranges.frontend>>)[name] : undefined;
    const { backend, frontend } = replicaCounts(settings);
    const replicas = name === "frontend" ? frontend : backend;
    return {
        ...(range
            ? { autoscaling: { ...range, behavior: { scaleDown: { stabilizationWindowSeconds: scaleDownSeconds } } } }
            : { replicas }),
        // Two pages stay during a drain, unless that would block it.
        ...(name === "frontend" && (range?.minimum ?? replicas) > 2 && { minimumAvailable: 2 }),
    };
}

/** Size limit of each folder that an image writes to, beside /tmp. */
const writableSize = "32Mi";

/** One of AquaERP's services, a Deployment with a Service of the same name. */
export function workloadArgs(name: ServiceName, { settings, namespace }: WorkloadContext, needs: ServiceNeeds): WorkloadArgs {
    const { variables, tracing, registry: { pullSecret } } = settings;
    const own = serviceSettings(settings, name);
    const { requests, limits } = own.resources ?? { requests: "100m/128Mi", limits: "200m/256Mi" };
    const port = servicePorts[name];
    const page = name === "frontend";
    const writable = [...(page ? ["/var/cache/nginx", "/var/run"] : []), ...own.writablePaths];
    return {
        component: page ? "presentation" : "application",
        labels: { tier: page ? "presentation" : "application" },
        connectsTo: [...needs.connectsTo, ...(tracing === null ? [] : [sharedService(tracing)])],
        networkPolicyName: name === "api-gateway" ? "microservices-network-policy" : `${name}-network-policy`,
        container: {
            name,
            image: serviceImage(settings, name),
            ports: { http: port },
            environment: {
                [variables.port]: String(port),
                [variables.host]: "0.0.0.0",
                [variables.logLevel]: settings.logLevel,
                ...(!needs.appConfig && { [variables.nodeEnvironment]: settings.nodeEnvironment }),
                ...(tracing !== null && { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${tracing}`, OTEL_SERVICE_NAME: name }),
                ...needs.environment,
                ...own.extraEnv,
                ...Object.fromEntries(Object.entries(own.extraSecretEnv)
                    .map(([variable, { secretName, key }]) => [variable, new SecretKey(namespace, secretName, key, secretName)])),
            },
            ...(needs.appConfig && { environmentFrom: [needs.appConfig] }),
            resources: withScratch(resources(requests, limits), ...writable.map(() => writableSize)),
            probes: probes(name),
            mounts: [
                { volume: scratch("tmp", "64Mi"), path: "/tmp" },
                ...writable.map((path, index) => ({ volume: scratch(`writable-${index}`, writableSize), path })),
            ],
            preStopSleepSeconds: 5,
        },
        ...size(settings, name),
        service: { port: "http", number: port },
        metricsPort: "http",
        spread: { apart: true, zones: settings.spreadOverZones },
        ...(pullSecret !== null && { imagePullSecrets: [pullSecret] }),
        terminationGraceSeconds: 30,
        runAs: { user: own.runAsUser ?? (page ? 101 : 1000) },
    };
}
