import type { LabelValue } from "./promql";
import { series } from "./promql";
import type { RequiredMetrics } from "./telemetry";

/** The metrics of one scraped source; it remembers which were selected, so that nothing has to list them again. */
export class MetricSource {
    private readonly selected = new Set<string>();

    /**
     * @param from the `app` of a scraped workload, or a scrape job
     * @param labels of every selector
     */
    constructor(private readonly from: string, private readonly labels: Readonly<Record<string, LabelValue>> = {}) {}

    /** A selector of one metric. */
    of(metric: string, labels: Readonly<Record<string, LabelValue>> = {}): string {
        this.selected.add(metric);
        return series(metric, { ...this.labels, ...labels });
    }

    /** What must be scraped for everything that was selected until now. */
    get required(): RequiredMetrics {
        return { from: this.from, names: [...this.selected].sort() };
    }
}
