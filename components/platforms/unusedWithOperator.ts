import type { UnusedSettings } from "../kit/section";

/**
 * Settings of an own Prometheus and Grafana, which have no effect where those of the cluster do the work.
 * @param operator whether the cluster runs the Prometheus Operator
 * @param paths where they are within the platform's settings
 */
export function unusedWithOperator(operator: boolean, paths: UnusedSettings["paths"]): UnusedSettings | undefined {
    return operator ? { paths, because: "the Prometheus Operator of the cluster has a Prometheus and a Grafana that are set up there" } : undefined;
}
