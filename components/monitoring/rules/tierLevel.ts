import { MetricSource } from "../../kit/metricSource";
import type { Telemetry } from "../../kit/telemetry";
import type { Selector } from "./failures";
import { failedRequests, slowRequests, withoutReadyPod } from "./failures";
import type { ServiceLevelObjective } from "./serviceLevel";
import { serviceLevelTelemetry } from "./serviceLevel";

/** Arguments of {@link requestLevelTelemetry}. */
export interface RequestLevelArgs {
    /** What keeps the promise, as alerts and panels call it. */
    readonly service: string;
    readonly slo: ServiceLevelObjective;
    /** Where its requests are scraped. */
    readonly source: MetricSource;
    /** Counter of answered requests. */
    readonly requests: string;
    /** Histogram of the time to answer a request, in seconds, without its suffix. */
    readonly duration: string;
    /** Label of the status. @default "status" */
    readonly statusLabel?: string;
}

/** Promises of a tier that counts its requests. */
export function requestLevelTelemetry({ service, slo, source, requests, duration, statusLabel }: RequestLevelArgs): Telemetry {
    const counted: Selector = labels => source.of(requests, labels);
    const buckets: Selector = labels => source.of(`${duration}_bucket`, labels);
    const levels = { unavailable: failedRequests(counted, statusLabel), slowerThan: slowRequests(buckets) };
    const telemetry = serviceLevelTelemetry({ service, slo, ...levels });
    return { ...telemetry, metrics: [source.required] };
}

/** Arguments of {@link readinessLevelTelemetry}. */
export interface ReadinessLevelArgs {
    readonly namespace: string;
    /** Name of the Deployment. */
    readonly service: string;
    readonly slo: Pick<ServiceLevelObjective, "availability">;
}

/** Promises of a tier whose requests nobody counts: there is a pod that is ready. */
export function readinessLevelTelemetry({ namespace, service, slo }: ReadinessLevelArgs): Telemetry {
    const source = new MetricSource("kube-state-metrics", { namespace });
    const ready = source.of("kube_deployment_status_replicas_ready", { deployment: service });
    return { ...serviceLevelTelemetry({ service, slo, unavailable: withoutReadyPod(ready) }), metrics: [source.required] };
}
