import { parseSeconds } from "../../kit/seconds";
import { series } from "../../kit/promql";
import type { AlertRule, Panel, RecordingRule, Telemetry } from "../../kit/telemetry";

/** What a tier promises, in one line: `{ availability: 99.5, latency: { p95: "1s" } }`. */
export interface ServiceLevelObjective {
    /** Percentage of requests that must not fail, or of time with a pod that is ready. */
    readonly availability: number;
    /** Time in which 95 or 99 % of the requests must be answered; it must be a bound of the histogram. @default no promise */
    readonly latency?: { readonly p95: string } | { readonly p99: string };
}

/** Share of what was promised that went wrong over a range, as PromQL. */
export type Failures = (range: string) => string;

/** Arguments of {@link serviceLevelTelemetry}. */
export interface ServiceLevelTelemetryArgs {
    /** What keeps the promise: label `service` of every series and alert. */
    readonly service: string;
    readonly slo: ServiceLevelObjective;
    /** Share of requests that failed, or of time in which nothing was ready. */
    readonly unavailable: Failures;
    /** Share of requests that took longer than a bound in seconds. @default nothing measures it */
    readonly slowerThan?: (bound: number) => Failures;
}

const recorded = (range: string): string => `service:slo_failures:ratio_rate${range}`;

/**
 * Two ranges that both burn the budget so much faster than it lasts: the long one is sure of it, the short one ends the
 * alert soon after the cause.
 * @see https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts
 */
const burns = {
    Fast: { severity: "critical", for: "2m", pairs: [[14.4, "1h", "5m"], [6, "6h", "30m"]] },
    Slow: { severity: "warning", for: "15m", pairs: [[3, "1d", "2h"], [1, "3d", "6h"]] },
} as const;

const ranges = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"] as const;

const titles = { availability: "Availability", latency: "Latency" } as const;

/**
 * Recordings, alerts and panels of a tier's promises.
 * @throws RangeError when an objective is not between 50 and 100 percent
 */
export function serviceLevelTelemetry({ service, slo, unavailable, slowerThan }: ServiceLevelTelemetryArgs): Omit<Telemetry, "metrics"> {
    const promises = [
        availabilityPromise({ service, slo, unavailable, ...(slowerThan && { slowerThan }) }),
        ...(slo.latency && slowerThan ? [latencyPromise(service, slo.latency, slowerThan)] : []),
    ];
    return {
        name: `Service level of ${service}`,
        board: "slo",
        labels: { service },
        interval: "1m",
        recordings: promises.flatMap(promise => promise.recordings),
        alerts: promises.flatMap(promise => promise.alerts),
        panels: [],
        details: promises.flatMap(promise => promise.panels),
    };
}

/** One promise in words and numbers. */
interface Pledge {
    readonly service: string;
    readonly slo: "availability" | "latency";
    /** Percentage that is promised. */
    readonly percent: number;
    readonly failures: Failures;
    /** What is promised. */
    readonly text: string;
    /** What counts against it. */
    readonly broken: string;
}

function availabilityPromise(
    { service, slo: { availability: percent }, unavailable: failures, slowerThan }: ServiceLevelTelemetryArgs,
): Objective {
    const [text, broken] = slowerThan
        ? [`${percent} % of the requests succeed`, "failed requests"]
        : [`a pod is ready ${percent} % of the time`, "time without a ready pod"];
    return objective({ service, slo: "availability", percent, failures, text, broken });
}

function latencyPromise(
    service: string, latency: NonNullable<ServiceLevelObjective["latency"]>, slowerThan: (bound: number) => Failures,
): Objective {
    const [percent, bound] = "p95" in latency ? [95, latency.p95] as const : [99, latency.p99] as const;
    const text = `${percent} % of the requests are answered within ${bound}`;
    return objective({ service, slo: "latency", percent, failures: slowerThan(parseSeconds(bound)), text, broken: "slow requests" });
}

interface Objective {
    readonly recordings: RecordingRule[];
    readonly alerts: AlertRule[];
    readonly panels: Panel[];
}

type Ratio = (range: string) => string;

function objective(promise: Pledge): Objective {
    const { service, slo, percent, failures } = promise;
    if (!(percent > 50 && percent < 100)) {
        throw new RangeError(`the ${slo} objective of ${service} is ${percent} %; allowed is more than 50 and less than 100`);
    }
    const budget = Number(((100 - percent) / 100).toFixed(6));
    const ratio: Ratio = range => series(recorded(range), { service, slo });
    return {
        recordings: ranges.map(range => ({ record: recorded(range), labels: { service, slo }, expr: failures(range) })),
        alerts: [burnAlert(promise, "Fast", budget, ratio), burnAlert(promise, "Slow", budget, ratio)],
        panels: objectivePanels(promise, budget, ratio),
    };
}

function burnAlert({ service, slo, text, broken }: Pledge, speed: keyof typeof burns, budget: number, ratio: Ratio): AlertRule {
    const { pairs: [first, second], severity, for: time } = burns[speed];
    const burning = [first, second].map(([factor, long, short]) => {
        const limit = Number((factor * budget).toFixed(6));
        return `(${ratio(long)} > ${limit} and ${ratio(short)} > ${limit})`;
    });
    return {
        name: `${titles[slo]}BudgetBurn${speed}`,
        expr: burning.join(" or "),
        for: time,
        severity,
        summary: `${service} burns its ${slo} budget: {{ $value | humanizePercentage }} ${broken}`,
        description: `The promise is that ${text}. Over ${first[1]} the budget has gone ${first[0]} times as fast as it lasts, `
            + `or ${second[0]} times over ${second[1]}, and it still does.`,
    };
}

function objectivePanels({ service, slo, text, broken }: Pledge, budget: number, ratio: Ratio): Panel[] {
    return [{
        title: `${service}: ${slo} budget left over three days`,
        kind: "stat",
        unit: "percentunit",
        queries: [{ expr: `1 - ${ratio("3d")} / ${budget}`, legend: "left" }],
        description: `The promise is that ${text}.`,
    }, {
        title: `${service}: ${broken}`,
        kind: "timeseries",
        unit: "percentunit",
        queries: ["5m", "1h"].map(range => ({ expr: ratio(range), legend: range })),
        thresholds: [{ value: budget, color: "red" }],
    }, {
        title: `${service}: ${slo} budget burn rate`,
        kind: "timeseries",
        unit: "none",
        queries: ["1h", "6h", "1d", "3d"].map(range => ({ expr: `${ratio(range)} / ${budget}`, legend: range })),
        thresholds: [{ value: 1, color: "orange" }, { value: 14.4, color: "red" }],
    }];
}
