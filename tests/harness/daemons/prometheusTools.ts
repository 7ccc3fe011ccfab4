import { join } from "node:path";
import { builtPrograms } from "./builtPrograms";

/** Paths of the programs with which the monitoring is checked and run. */
export interface PrometheusTools {
    readonly prometheus: string;
    readonly promtool: string;
    readonly postgresExporter: string;
    readonly redisExporter: string;
    readonly kubeStateMetrics: string;
}

/** Finds the programs, or builds them, which takes some minutes the first time. */
export function prometheusTools(): PrometheusTools {
    const folder = builtPrograms("prometheus");
    return {
        prometheus: join(folder, "prometheus"),
        promtool: join(folder, "promtool"),
        postgresExporter: join(folder, "postgres_exporter"),
        redisExporter: join(folder, "redis_exporter"),
        kubeStateMetrics: join(folder, "kube-state-metrics"),
    };
}
