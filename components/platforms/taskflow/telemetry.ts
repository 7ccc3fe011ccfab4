import type { ContainerResources } from "../../kit/resources";
import type { Telemetry } from "../../monitoring/telemetry";
import { autoscalerTelemetry } from "../../monitoring/telemetry/autoscaler";
import { containerTelemetry } from "../../monitoring/telemetry/containers";
import { postgresTelemetry } from "../../monitoring/telemetry/postgres";
import { redisTelemetry } from "../../monitoring/telemetry/redis";
import { scrapingTelemetry } from "../../monitoring/telemetry/scraping";
import { storageTelemetry } from "../../monitoring/telemetry/storage";
import { webApplicationTelemetry } from "../../monitoring/telemetry/webApplication";
import type { TaskFlowSettings } from "./settings";
import { autoscalingProfiles } from "./settings";

/** What examples/taskflow-backend measures. */
const backendMetrics = {
    requests: "taskflow_http_requests_total",
    duration: "taskflow_http_request_duration_seconds",
    cacheRequests: "taskflow_cache_requests_total",
};

/** What is watched of TaskFlow: one row of the dashboard and one group of alerts each. */
export function taskflowTelemetry(settings: TaskFlowSettings, namespace: string, backend: ContainerResources): Telemetry[] {
    const app = "backend-api";
    const scraped = settings.backend.metrics;
    const { cpuPercent } = autoscalingProfiles[settings.hpa.profile];
    return [
        webApplicationTelemetry({ namespace, app, title: "Backend", metrics: scraped ? backendMetrics : null }),
        autoscalerTelemetry({ namespace, app, autoscaler: `${app}-hpa`, scraped }),
        containerTelemetry({
            namespace, app, container: "api", title: "backend pods",
            requests: backend.requests, targets: { cpuPercent, memoryPercent: 70 },
        }),
        postgresTelemetry({ namespace, app: "postgres", database: settings.postgres.database }),
        redisTelemetry({ namespace, app: "redis" }),
        storageTelemetry({ namespace }),
        scrapingTelemetry(),
    ];
}
