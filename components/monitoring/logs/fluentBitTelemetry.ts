import { MetricSource } from "../../kit/metricSource";
import { perSecond, rate } from "../../kit/promql";
import type { Telemetry } from "../../kit/telemetry";

/** Arguments of {@link fluentBitTelemetry}. */
export interface FluentBitTelemetryArgs {
    /** Scrape job of Fluent Bit. */
    readonly job: string;
}

/** Whether the nodes' logs are read, and reach where they belong. */
export function fluentBitTelemetry({ job }: FluentBitTelemetryArgs): Telemetry {
    const source = new MetricSource(job, { job });
    const read = source.of("fluentbit_input_records_total", { name: /tail.*/ });
    const dropped = source.of("fluentbit_output_dropped_records_total");
    const retries = source.of("fluentbit_output_retries_total");
    return {
        name: "Fluent Bit",
        board: "signals",
        alerts: [{
            name: "FluentBitDropsLines",
            expr: `sum by (node) (increase(${dropped}[10m])) > 0`,
            for: "0m",
            severity: "warning",
            summary: "{{ $value | humanize }} lines of node {{ $labels.node }} are lost",
            description: "In the last ten minutes Fluent Bit has thrown away the oldest lines: what waits to be sent needs more room than it has.",
        }, {
            name: "FluentBitCannotSend",
            expr: `${rate(retries, "5m", ["node"])} > 0`,
            for: "15m",
            severity: "warning",
            summary: "The logs of node {{ $labels.node }} wait to be sent",
            description: "For a quarter of an hour their receiver has refused some; they wait on the node's disk, until that is full.",
        }, {
            name: "FluentBitReadsNothing",
            expr: `${rate(read, "10m")} == 0`,
            for: "30m",
            severity: "warning",
            summary: "No line of log is read on any node",
            description: "For half an hour nothing has come from any container: the files have another name, or cannot be read.",
        }],
        panels: [],
        details: [{
            title: "Lines read per second",
            kind: "timeseries",
            unit: "ops",
            queries: [{ expr: perSecond(read, ["node"]), legend: "{{node}}" }],
        }, {
            title: "Lines sent per second",
            kind: "timeseries",
            unit: "ops",
            queries: [{ expr: perSecond(source.of("fluentbit_output_proc_records_total"), ["node"]), legend: "{{node}}" }],
        }, {
            title: "Lines lost per second",
            kind: "timeseries",
            unit: "ops",
            queries: [{ expr: perSecond(dropped, ["node"]), legend: "{{node}}" }],
        }],
        metrics: [source.required],
    };
}
