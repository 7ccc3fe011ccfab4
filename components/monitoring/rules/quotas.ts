import { MetricSource } from "../../kit/metricSource";
import { oneOf } from "../../kit/promql";
import type { Telemetry } from "../../kit/telemetry";

/** Arguments of {@link quotaTelemetry}. */
export interface QuotaTelemetryArgs {
    readonly namespaces: readonly string[];
}

/** Volumes are counted exactly, so that their quotas are always used up. */
const resource = /pods|(requests|limits)\.(cpu|memory)/;

/** What the namespaces' quotas leave, and whether their disruption budgets hold. */
export function quotaTelemetry({ namespaces }: QuotaTelemetryArgs): Telemetry {
    const source = new MetricSource("kube-state-metrics", { namespace: oneOf(namespaces) });
    const quota = (type: string): string => source.of("kube_resourcequota", { type, resource });
    const used = `${quota("used")} / ignoring (type) (${quota("hard")} > 0)`;
    const budget = (name: string): string => source.of(`kube_poddisruptionbudget_status_${name}`);
    const alerts: Telemetry["alerts"] = [{
        name: "QuotaNearlyUsed",
        expr: `${used} > 0.95`,
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.namespace }} uses {{ $value | humanizePercentage }} of its quota of {{ $labels.resource }}",
        description: "The quota is a tenth more than all workloads at their greatest number: something else runs in the namespace.",
    }, {
        name: "QuotaExhausted",
        expr: `${used} >= 1`,
        for: "5m",
        severity: "critical",
        summary: "{{ $labels.namespace }} has used up its quota of {{ $labels.resource }}",
        description: "For five minutes no pod could be added: roll-outs stop, autoscalers have no effect, a pod that is lost does not come back.",
    }, {
        name: "DisruptionBudgetBroken",
        expr: `${budget("current_healthy")} < ${budget("desired_healthy")}`,
        for: "10m",
        severity: "warning",
        summary: "{{ $labels.poddisruptionbudget }} has {{ $value }} healthy pods, fewer than it demands",
        description: "For ten minutes fewer pods have been ready than must stay during a drain: there is no reserve left.",
    }, {
        name: "DisruptionBudgetBlocksDrain",
        expr: `${budget("pod_disruptions_allowed")} == 0 and ${budget("current_healthy")} >= ${budget("desired_healthy")} and ${budget("expected_pods")} > 0`,
        for: "1h",
        severity: "info",
        summary: "{{ $labels.poddisruptionbudget }} lets no pod be moved",
        description: "For an hour no node with one of these pods could have been drained: the budget demands as many pods as there are.",
    }];
    return {
        name: "Quotas and budgets",
        board: "backups",
        alerts,
        panels: [],
        details: [{
            title: "Use of the quotas",
            kind: "timeseries",
            unit: "percentunit",
            queries: [{ expr: used, legend: "{{namespace}} {{resource}}" }],
            thresholds: [{ value: 0.95, color: "orange" }, { value: 1, color: "red" }],
        }, {
            title: "Pods that may be moved",
            kind: "timeseries",
            unit: "none",
            queries: [{ expr: budget("pod_disruptions_allowed"), legend: "{{poddisruptionbudget}}" }],
        }],
        metrics: [source.required],
    };
}
