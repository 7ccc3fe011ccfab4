import { MetricSource } from "../../kit/metricSource";
import { absentOrZero, perSecond, rate } from "../../kit/promql";
import type { Telemetry } from "../../kit/telemetry";

/** Arguments of {@link logBridgeTelemetry}. */
export interface LogBridgeTelemetryArgs {
    readonly namespace: string;
    /** `app` label of the bridge's pods. */
    readonly app: string;
}

/** The way of logs from Fluent Bit into Redis, as Redpanda Connect counts it. */
export function logBridgeTelemetry({ namespace, app }: LogBridgeTelemetryArgs): Telemetry {
    const source = new MetricSource(app, { namespace, app });
    const [received, sent] = [source.of("input_received"), source.of("output_sent")];
    // A refused line breaks the connection, which is made anew for the next attempt.
    const [refused, unconnected] = [source.of("output_error"), source.of("output_connection_failed")];
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
            expr: `${rate(refused, "5m")} + ${rate(unconnected, "5m")} > 0`,
            for: "5m",
            severity: "warning",
            summary: "The log bridge cannot write to Redis",
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
                { expr: perSecond(refused), legend: "attempts refused" },
                { expr: perSecond(unconnected), legend: "attempts to connect" },
            ],
        }],
        metrics: [source.required],
    };
}
