import type { WorkloadNode } from "../../kit/graph";
import type { Telemetry } from "../../kit/telemetry";
import type { WorkloadJob } from "./scrapeConfiguration";

/** What is watched, whichever form of Prometheus does it: both find the same targets, and judge them by the same rules. */
export interface WatchedArgs {
    /** All workloads of the program, `scope.graph.workloads`: those of the namespace that serve metrics are scraped. */
    readonly workloads: readonly WorkloadNode[];
    /** Further namespaces that are watched. @default none */
    readonly watches?: readonly string[];
    /** Workloads with a scrape job of their own. @default none */
    readonly jobs?: readonly WorkloadJob[];
    /** Addresses of further targets that the program does not deploy, by scrape job. @default none */
    readonly statics?: Readonly<Record<string, string>>;
    /** What is judged; the alerts follow. */
    readonly telemetry: readonly Telemetry[];
    /** URL of the folder with one page per alert. */
    readonly runbooks: string;
}

/**
 * Keeps alerts and panels from being blind.
 * @param sources scrape jobs, and names of workloads that are scraped
 * @throws Error when a query needs a metric that nothing scrapes
 */
export function requireSources(telemetry: readonly Telemetry[], sources: readonly string[]): void {
    const known = new Set(sources);
    for (const { name, metrics } of telemetry) {
        const missing = metrics.find(({ from }) => !known.has(from));
        if (missing) {
            throw new Error(`"${name}" needs ${missing.names.join(", ")} from ${missing.from}, which is not scraped; `
                + `scraped are ${[...known].join(", ")}. Give the workload a metricsPort, or leave the telemetry out`);
        }
    }
}
