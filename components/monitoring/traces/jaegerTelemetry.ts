import { MetricSource } from "../../kit/metricSource";
import { absentOrZero, perSecond, rate } from "../../kit/promql";
import type { Telemetry } from "../../kit/telemetry";

/** Arguments of {@link jaegerTelemetry}. */
export interface JaegerTelemetryArgs {
    readonly namespace: string;
    /** `app` label of Jaeger's pods. */
    readonly app: string;
}

/** Whether traces arrive and are kept; Jaeger counts as the OpenTelemetry Collector does that it is made of. */
export function jaegerTelemetry({ namespace, app }: JaegerTelemetryArgs): Telemetry {
    const source = new MetricSource(app, { namespace, app });
    const spans = {
        taken: source.of("otelcol_receiver_accepted_spans_total"),
        refused: source.of("otelcol_receiver_refused_spans_total"),
        kept: source.of("otelcol_exporter_sent_spans_total"),
        lost: source.of("otelcol_exporter_send_failed_spans_total"),
    };
    return {
        name: "Jaeger",
        board: "signals",
        labels: { namespace, app },
        alerts: [{
            name: "JaegerDown",
            expr: absentOrZero(`sum(${source.of("up")})`),
            for: "5m",
            severity: "warning",
            summary: "Jaeger does not answer",
            description: "For five minutes no traces have been taken; applications work on, and what they send is lost.",
        }, {
            name: "JaegerSpansRefused",
            expr: `${rate(spans.refused, "5m")} > 0`,
            for: "10m",
            severity: "warning",
            summary: "Jaeger refuses {{ $value | humanize }} spans a second",
            description: "For ten minutes it has taken no more, because its memory is nearly used: traces have holes.",
        }, {
            name: "JaegerSpansLost",
            expr: `${rate(spans.lost, "5m")} > 0`,
            for: "5m",
            severity: "warning",
            summary: "Jaeger cannot keep {{ $value | humanize }} spans a second",
            description: "For five minutes its storage has taken no traces: the volume is full or broken.",
        }],
        panels: [],
        details: [{
            title: "Spans per second",
            kind: "timeseries",
            unit: "ops",
            queries: Object.entries(spans).map(([legend, selector]) => ({ expr: perSecond(selector), legend })),
        }, {
            title: "Jaeger's memory",
            kind: "timeseries",
            unit: "bytes",
            queries: [{ expr: source.of("otelcol_process_memory_rss_bytes"), legend: "{{pod}}" }],
        }],
        metrics: [source.required],
    };
}
