import type { LabelValue } from "../../kit/promql";
import { escapePattern, rate, share } from "../../kit/promql";
import type { Failures } from "./serviceLevel";

/** Selects some series of one metric. */
export type Selector = (labels?: Readonly<Record<string, LabelValue>>) => string;

/** Share of requests with a status 5xx; nothing while nobody calls. */
export function failedRequests(requests: Selector, statusLabel = "status"): Failures {
    return range => share(`(${rate(requests({ [statusLabel]: /5../ }), range)} or vector(0))`, rate(requests(), range));
}

/**
 * Share of requests that took longer than a bound of their histogram.
 * @param buckets selects by `le`; its bounds have a decimal point or none, depending on who wrote them
 */
export function slowRequests(buckets: Selector): (bound: number) => Failures {
    return bound => {
        const le = new RegExp(`${escapePattern(String(bound))}(\\.0)?`);
        return range => `1 - ${share(rate(buckets({ le }), range), rate(buckets({ le: "+Inf" }), range))}`;
    };
}

/** Share of time in which no pod of a Deployment was ready. */
export function withoutReadyPod(ready: string): Failures {
    return range => `1 - avg_over_time((sum(${ready}) > bool 0)[${range}:1m])`;
}
