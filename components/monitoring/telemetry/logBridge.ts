import { MetricSource } from "../metricSource";
import { absentOrZero, perSecond, rate } from "../promql";
import type { Telemetry } from "../telemetry";

/** Arguments of {@link logBridgeTelemetry}. */
export interface LogBridgeTelemetryArgs {
    readonly namespace: string;
    /** `app` label of the bridge's pods. */
    readonly app: string;
}

/** The way of logs from Fluent Bit into Redis, as Redpanda Connect counts it. */
export function logBridgeTelemetry({ namespace, app }: LogBridgeTelemetryArgs): Telemetry {
    const source = new MetricSource(app, { namespace, app });
    const [received, sent, errors] = [source.of("input_received"), source.of("output_sent"), source.of("output_error")];
    return {
        name: "Log bridge",
        board: "signals",
        labels: { namespace, app },
        alerts: [{
            name: "LogBridgeDown",
            expr: absentOrZero(`sum(${source.of("up")})`),
            for: "5m",
            severity: "warning",
            summary: "The log bridge does not answer",
            description: "For five minutes no log has reached Redis; lines wait on the nodes until there is no more room.",
        }, {
            name: "LogBridgeWritesFailing",
            expr: `${rate(errors, "5m")} > 0`,
            for: "5m",
            severity: "warning",
            summary: "Redis refuses {{ $value | humanize }} log lines a second",
            description: "For five minutes writing to the stream has failed: the Redis of the logs is full, gone, or knows another password.",
        }],
        panels: [],
        details: [{
            title: "Log lines per second",
            kind: "timeseries",
            unit: "ops",
            queries: [
                { expr: perSecond(received), legend: "requests received" },
                { expr: perSecond(sent), legend: "lines kept" },
                { expr: perSecond(errors), legend: "lines refused" },
            ],
        }],
        metrics: [source.required],
    };
}
