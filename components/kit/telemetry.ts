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

/** A series that Prometheus computes at each evaluation, so that alerts and panels need not. */
export interface RecordingRule {
    /** Name of the series, `level:metric:operation`. @see https://prometheus.io/docs/practices/rules/ */
    readonly record: string;
    readonly expr: string;
    /** @default the labels that the expression leaves */
    readonly labels?: Readonly<Record<string, string>>;
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

/** Dashboards that gather what belongs together, whichever platform it is part of: by the end of their address. */
export const boards = {
    postgresql: "PostgreSQL",
    mysql: "MySQL",
    redis: "Redis",
    rabbitmq: "RabbitMQ",
    nats: "NATS JetStream",
    minio: "MinIO",
    slo: "Service levels",
    system: "SysAdmin",
    edge: "Edge",
    signals: "Logs and traces",
    backups: "Backups and policies",
} as const;

/** One of the dashboards of {@link boards}. */
export type Board = keyof typeof boards;

/**
 * What one workload, data store or cluster facility brings along to be watched: its rules become a rule group,
 * its panels a row of dashboards, and its metrics decide what is scraped.
 */
export interface Telemetry {
    /** Title of the row and name of the rule group. */
    readonly name: string;
    readonly alerts: readonly AlertRule[];
    /** Rows of the platform's own dashboard. */
    readonly panels: readonly Panel[];
    readonly metrics: readonly RequiredMetrics[];
    /** Dashboard on which the panels appear as well. @default only the platform's own */
    readonly board?: Board;
    /** Further panels that appear only there. @default none */
    readonly details?: readonly Panel[];
    /** @default none */
    readonly recordings?: readonly RecordingRule[];
    /**
     * Labels of every alert, that tell it from the same one of another workload: an expression may leave none, and the
     * Alertmanager takes alerts with equal labels for one. @default none
     */
    readonly labels?: Readonly<Record<string, string>>;
    /** Time between two evaluations of the rules, such as `1m`. @default that of all rules */
    readonly interval?: string;
}

/** Every PromQL expression of a telemetry. */
export function expressionsOf({ recordings = [], alerts, panels, details = [] }: Telemetry): string[] {
    const queries = [...panels, ...details].flatMap(panel => panel.queries);
    return [...recordings, ...alerts, ...queries].map(({ expr }) => expr);
}

/** Names of the metrics that are needed from one source, each once and sorted. */
export function metricsFrom(source: string, telemetry: readonly Telemetry[]): string[] {
    const names = telemetry.flatMap(({ metrics }) => metrics).filter(({ from }) => from === source).flatMap(({ names }) => names);
    return [...new Set(names)].sort();
}

/** A telemetry without some of its alerts, for a platform that has those in another form. */
export function withoutAlerts(telemetry: Telemetry, names: readonly string[]): Telemetry {
    return { ...telemetry, alerts: telemetry.alerts.filter(({ name }) => !names.includes(name)) };
}
