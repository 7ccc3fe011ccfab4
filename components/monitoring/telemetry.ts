/** How loudly an alert calls: someone now, someone today, nobody. */
export type Severity = "critical" | "warning" | "info";

/** One alert, in plain values. */
export interface AlertRule {
    /** Name, and name of its page in docs/runbooks. */
    readonly name: string;
    /** PromQL; the alert is pending as long as it returns something. */
    readonly expr: string;
    /** Time it must stay so before the alert fires, such as `5m`. */
    readonly for: string;
    readonly severity: Severity;
    /** One line; `{{ $labels.x }}` and `{{ $value }}` are filled in. */
    readonly summary: string;
    /** What it means for users. */
    readonly description: string;
}

/** One curve or number of a panel. */
export interface Query {
    /** PromQL; `$__rate_interval` and `$__range` are filled in by Grafana. */
    readonly expr: string;
    /** Name in the legend; `{{label}}` is filled in. */
    readonly legend: string;
}

/** A line drawn across a panel, such as a target or a limit. */
export interface Threshold {
    readonly value: number;
    readonly color: "green" | "orange" | "red";
}

/** One panel of a dashboard, in plain values. */
export interface Panel {
    readonly title: string;
    readonly kind: "timeseries" | "stat";
    /**
     * Identifier of a Grafana unit.
     * @see https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts
     */
    readonly unit: "short" | "none" | "percent" | "percentunit" | "bytes" | "decgbytes" | "MBs" | "ms" | "s" | "reqps" | "ops";
    readonly queries: readonly Query[];
    /** @default no line */
    readonly thresholds?: readonly Threshold[];
    /** Text behind the panel's information mark. @default none */
    readonly description?: string;
}

/** Metrics that must be scraped for a telemetry's queries to answer. */
export interface RequiredMetrics {
    /** Where they come from: the `app` of a scraped workload, or a scrape job. */
    readonly from: string;
    readonly names: readonly string[];
}

/**
 * What one workload, data store or cluster facility brings along to be watched: its alerts become a rule group,
 * its panels a row of the dashboard, and its metrics decide what is scraped.
 */
export interface Telemetry {
    /** Title of the row and name of the rule group. */
    readonly name: string;
    readonly alerts: readonly AlertRule[];
    readonly panels: readonly Panel[];
    readonly metrics: readonly RequiredMetrics[];
}

/** Names of the metrics that are needed from one source, each once and sorted. */
export function metricsFrom(source: string, telemetry: readonly Telemetry[]): string[] {
    const names = telemetry.flatMap(({ metrics }) => metrics).filter(({ from }) => from === source).flatMap(({ names }) => names);
    return [...new Set(names)].sort();
}
