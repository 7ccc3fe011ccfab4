import { fluentBitTelemetry } from "../../../components/monitoring/logs/fluentBitTelemetry";
import { jaegerTelemetry } from "../../../components/monitoring/traces/jaegerTelemetry";
import { logBridgeTelemetry } from "../../../components/monitoring/logs/logBridgeTelemetry";
import type { ScenarioTable, World } from "./table";
import { grows, named, stays } from "./table";

const jaeger = named('namespace="monitoring",app="jaeger",pod="jaeger-1"');
const bridge = named('namespace="monitoring",app="log-bridge",pod="log-bridge-1"');
const agent = named('job="fluent-bit",node="a"');
const spans = (metric: string, perMinute: number): World => ({ [jaeger(`otelcol_${metric}_spans_total`)]: grows(perMinute) });
const attempts = (refused: number, unconnected: number): World => ({
    [bridge("output_error", 'path="root.output"')]: grows(refused), [bridge("output_connection_failed", 'path="root.output"')]: grows(unconnected),
});
const output = (metric: string, values: string): World => ({ [agent(`fluentbit_output_${metric}_total`, 'name="http.0"')]: values });
const read = (perMinute: number): World => ({ [agent("fluentbit_input_records_total", 'name="tail.0"')]: grows(perMinute) });

/** Alerts of the ways that logs and traces take. */
export const signals: ScenarioTable = {
    telemetry: [
        jaegerTelemetry({ namespace: "monitoring", app: "jaeger" }), fluentBitTelemetry({ job: "fluent-bit" }),
        logBridgeTelemetry({ namespace: "monitoring", app: "log-bridge" }),
    ],
    scenarios: {
        JaegerDown: { fires: { "it does not answer": { [jaeger("up")]: stays(0) }, "it is gone": {} }, at: ["4m", "6m"], silent: { "it answers": { [jaeger("up")]: stays(1) } } },
        JaegerSpansRefused: { fires: { "one a second": spans("receiver_refused", 60) }, at: ["9m", "13m"], silent: { "none": spans("receiver_refused", 0) } },
        JaegerSpansLost: { fires: { "one a second": spans("exporter_send_failed", 60) }, at: ["4m", "8m"], silent: { "none": spans("exporter_send_failed", 0) } },
        FluentBitDropsLines: { fires: { "a hundred": output("dropped_records", "0x5 100x55") }, at: ["5m", "7m"], silent: { "none": output("dropped_records", stays(0)) } },
        FluentBitCannotSend: { fires: { "one a minute": output("retries", grows(1)) }, at: ["14m", "18m"], silent: { "one": output("retries", "0x5 1x55") } },
        FluentBitReadsNothing: { fires: { "no line": read(0) }, at: ["29m", "33m"], silent: { "one a minute": read(1) } },
        LogBridgeDown: { fires: { "it does not answer": { [bridge("up")]: stays(0) }, "it is gone": {} }, at: ["4m", "6m"], silent: { "it answers": { [bridge("up")]: stays(1) } } },
        LogBridgeWritesFailing: { fires: { "it is refused": attempts(60, 0), "it reaches nobody": attempts(0, 60) }, at: ["4m", "8m"], silent: { "none": attempts(0, 0) } },
    },
};
