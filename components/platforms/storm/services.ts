import type { WorkloadArgs } from "../../app/workload";
import type { Dependency, Environment } from "../../kit/connection";
import { httpProbe, tcpProbe } from "../../kit/probes";
import { resources } from "../../kit/resources";
import { SecretKey } from "../../kit/secretKey";
import { scratch } from "../../kit/volumes";
import { sharedService } from "../../kit/reach";
import type { EnvironmentDefaults } from "../../kit/environment";
import type { ServiceName, StormSettings } from "./settings";

/** What the services have in common, besides their settings. */
export interface ServiceContext {
    readonly settings: StormSettings;
    readonly environment: EnvironmentDefaults;
    readonly namespace: string;
}

/** What is special about one service. */
interface ServiceSpec {
    readonly settings: StormSettings["user"];
    readonly port: number;
    /** Seconds before its first readiness check. */
    readonly readinessDelaySeconds: number;
    /** Its health path tells nothing but that it runs, so that liveness may ask it. */
    readonly livenessByHealthPath: boolean;
}

/** Key in the settings of each service. */
const settingsKeys = {
    "gateway-service": "gateway",
    "user-service": "user",
    "message-service": "message",
    "media-service": "media",
    "notification-service": "notification",
} as const satisfies Record<ServiceName, keyof StormSettings>;

/** The image of a service, from the registry if there is one. */
function serviceImage({ images: { registry } }: StormSettings, image: string): string {
    return registry === null ? image : `${registry}/${image}`;
}

function specOf(name: ServiceName, settings: StormSettings): ServiceSpec {
    const service = settings[settingsKeys[name]];
    return name === "user-service"
        ? { settings: service, port: 3000, readinessDelaySeconds: 10, livenessByHealthPath: false }
        : { settings: service, port: 8080, readinessDelaySeconds: 5, livenessByHealthPath: true };
}

/**
 * One of Storm's services, a Deployment with a Service of the same name.
 *
 * Several pods of message- and media-service share the work only if the service reads its stream through one durable
 * consumer, or a queue group of one name: that is the application's part.
 */
export function serviceArgs(
    name: ServiceName, { settings, environment, namespace }: ServiceContext, connectsTo: readonly Dependency[], variables: Environment = {},
): WorkloadArgs {
    const spec = specOf(name, settings);
    const { image, replicas, resources: { requests, limits }, healthPath, runAsUser, metrics, extraSecretEnv } = spec.settings;
    const timing = { initialDelaySeconds: 15, periodSeconds: 20, failureThreshold: 6, timeoutSeconds: 3 };
    const tracing = settings.tracing === null ? [] : [sharedService(settings.tracing)];
    return {
        component: "application",
        labels: { tier: "application" },
        connectsTo: [...connectsTo, ...tracing],
        container: {
            name,
            image: serviceImage(settings, image),
            imagePullPolicy: settings.images.pullPolicy,
            ports: { http: spec.port },
            environment: {
                ...variables,
                ...(settings.tracing !== null && { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${settings.tracing}`, OTEL_SERVICE_NAME: name }),
                ...Object.fromEntries(Object.entries(extraSecretEnv)
                    .map(([variable, { secretName, key }]) => [variable, new SecretKey(namespace, secretName, key, secretName)])),
            },
            resources: resources(requests, limits),
            probes: {
                startup: httpProbe(healthPath, "http", { periodSeconds: 5, failureThreshold: 24, timeoutSeconds: 3 }),
                readiness: httpProbe(healthPath, "http", {
                    initialDelaySeconds: spec.readinessDelaySeconds, periodSeconds: 5, timeoutSeconds: 3,
                }),
                liveness: spec.livenessByHealthPath ? httpProbe(healthPath, "http", timing) : tcpProbe("http", timing),
            },
            mounts: [{ volume: scratch("tmp", "64Mi"), path: "/tmp" }],
            preStopSleepSeconds: 5,
        },
        replicas: replicas ?? environment.applicationReplicas,
        service: { port: "http", number: spec.port },
        ...(metrics && { metricsPort: "http" }),
        spread: { zones: settings.spreadOverZones },
        imagePullSecrets: settings.images.pullSecrets,
        terminationGraceSeconds: 30,
        runAs: { user: runAsUser },
    };
}
