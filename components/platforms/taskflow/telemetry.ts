import type { DependencyGraph } from "../../kit/graph";
import type { Telemetry } from "../../kit/telemetry";
import { autoscalerTelemetry } from "../../monitoring/rules/autoscaler";
import { containerTelemetry } from "../../monitoring/rules/containers";
import { facilityTelemetry } from "../../monitoring/rules/facilities";
import { loadTestTelemetry } from "../../monitoring/rules/loadTest";
import { memoryTelemetry } from "../../monitoring/rules/memory";
import { podTelemetry } from "../../monitoring/rules/pods";
import { storageTelemetry } from "../../monitoring/rules/storage";
import { webApplicationTelemetry } from "../../monitoring/rules/webApplication";
import type { TaskFlowSettings } from "./settings";
import { autoscalingProfiles } from "./settings";

/** Metrics that the API of examples/taskflow-backend serves. */
const metrics = {
    requests: "taskflow_http_requests_total",
    duration: "taskflow_http_request_duration_seconds",
    cacheRequests: "taskflow_cache_requests_total",
};

/** What is watched of the API: its pods, its autoscaler, its requests if the image measures them, and load tests. */
export function backendTelemetry(settings: TaskFlowSettings, namespace: string, app: string): Telemetry[] {
    const { cpuPercent } = autoscalingProfiles[settings.hpa.profile];
    const { metrics: measured, memoryRequest } = settings.backend;
    return [
        ...webApplicationTelemetry({
            namespace, app, title: "Backend", metrics: measured ? metrics : null, slo: { availability: 99.5, latency: { p95: "1s" } },
        }),
        autoscalerTelemetry({ namespace, app, autoscaler: `${app}-hpa`, scraped: measured }),
        containerTelemetry({
            namespace, app, container: "api", title: "backend pods",
            requests: { cpu: "100m", memory: memoryRequest },
            targets: { cpuPercent, memoryPercent: 70 },
        }),
        loadTestTelemetry({
            namespace, app, container: "api", requests: measured ? metrics.requests : null,
            scaling: "Pods leave only after a stabilization window, at most half of them a minute; "
                + "they come at once, doubled or four more every 15 seconds.",
        }),
    ];
}

/** What the namespace's workloads bring along, those that people use before what they need, and what concerns all. */
export function platformTelemetry(graph: DependencyGraph, namespace: string): Telemetry[] {
    const namespaces = [namespace];
    const workloads = graph.watchedBy("taskflow", namespaces);
    return [
        ...[...workloads].reverse().flatMap(({ telemetry = [] }) => telemetry),
        podTelemetry({ namespaces }),
        memoryTelemetry({ namespaces }),
        ...facilityTelemetry({ namespaces, workloads }),
        storageTelemetry({ namespace }),
    ];
}
