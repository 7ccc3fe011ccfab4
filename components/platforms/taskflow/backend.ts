import type { DeploymentWorkloadArgs, WorkloadArgs } from "../../app/workload";
import type { EnvironmentDefaults } from "../../kit/environment";
import type { Connectable } from "../../kit/connection";
import { connect, environmentOf } from "../../kit/connection";
import type { Container } from "../../kit/pod";
import { httpProbe } from "../../kit/probes";
import { resources } from "../../kit/resources";
import { scratch } from "../../kit/volumes";
import type { PostgresProperty } from "../../data/postgres/contract";
import { waitForDatabaseScript } from "./content";
import { backendTelemetry } from "./telemetry";
import { autoscalingProfiles, backendMemoryLimit, type TaskFlowSettings } from "./settings";

const port = 5000;

/** How fast the backend follows its load: doubled or four more every 15 s, halved at most once a minute. */
function autoscaling(settings: TaskFlowSettings, environment: EnvironmentDefaults): NonNullable<DeploymentWorkloadArgs["autoscaling"]> {
    return {
        minimum: settings.hpa.minimum,
        ...autoscalingProfiles[settings.hpa.profile],
        memoryPercent: 70,
        behavior: {
            scaleUp: {
                stabilizationWindowSeconds: 0,
                selectPolicy: "Max",
                policies: [{ type: "Percent", value: 100, periodSeconds: 15 }, { type: "Pods", value: 4, periodSeconds: 15 }],
            },
            scaleDown: {
                stabilizationWindowSeconds: environment.scaleDownWindowSeconds,
                policies: [{ type: "Percent", value: 50, periodSeconds: 60 }],
            },
        },
    };
}

function waitForDatabase(settings: TaskFlowSettings, namespace: string, postgres: Connectable<PostgresProperty>): Container {
    return {
        name: "wait-for-db",
        image: settings.postgres.image,
        command: ["sh", "-c", waitForDatabaseScript],
        environment: environmentOf(namespace, [connect(postgres, { ...postgres.variables, password: "PGPASSWORD" })]),
        resources: resources("10m/16Mi", "50m/32Mi", "32Mi"),
        mounts: [{ volume: scratch("tmp", "64Mi"), path: "/tmp" }],
    };
}

/** The API: two gunicorn workers a pod, scaled by CPU and memory. */
export function backendArgs(
    settings: TaskFlowSettings, environment: EnvironmentDefaults, namespace: string,
    { postgres, redis }: { postgres: Connectable<PostgresProperty>; redis: Connectable },
): WorkloadArgs {
    const { image, imagePullPolicy, memoryRequest, metrics, exposeStress } = settings.backend;
    return {
        component: "application",
        labels: { tier: "application" },
        connectsTo: [postgres, redis],
        configMapName: "backend-config",
        initContainers: [waitForDatabase(settings, namespace, postgres)],
        container: {
            name: "api",
            image,
            imagePullPolicy,
            ports: { http: port },
            environment: {
                CACHE_TTL: "300",
                LOG_LEVEL: "INFO",
                PROMETHEUS_MULTIPROC_DIR: "/tmp/metrics",
                ...((exposeStress || settings.loadTest.stress) && { STRESS_ENABLED: "true" }),
            },
            resources: resources(`100m/${memoryRequest}`, `500m/${backendMemoryLimit}`, "256Mi"),
            probes: {
                startup: httpProbe("/health", "http", { periodSeconds: 2, failureThreshold: 30, timeoutSeconds: 2 }),
                readiness: httpProbe("/ready", "http", { initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 }),
                liveness: httpProbe("/health", "http", { initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3 }),
            },
            mounts: [
                { volume: scratch("tmp", "64Mi"), path: "/tmp" },
                { volume: scratch("home", "16Mi"), path: "/home/appuser" },
            ],
            preStopSleepSeconds: 5,
        },
        service: { port: "http", number: port },
        ...(metrics && { metricsPort: "http" }),
        autoscaling: autoscaling(settings, environment),
        // Longer than gunicorn's own timeout of 60 s, so that no request is cut off.
        terminationGraceSeconds: 65,
        telemetry: backendTelemetry(settings, namespace, "backend-api"),
        runAs: { user: 1000 },
    };
}
