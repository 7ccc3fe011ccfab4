import type { AlertRule, Telemetry } from "./telemetry";

/** @see https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ */
export interface RuleGroups {
    readonly groups: readonly {
        readonly name: string;
        readonly rules: readonly {
            readonly alert: string;
            readonly expr: string;
            readonly for: string;
            readonly labels: Readonly<Record<string, string>>;
            readonly annotations: Readonly<Record<string, string>>;
        }[];
    }[];
}

/**
 * The alerts of several telemetries, one group each.
 * @param runbooks URL of the folder with one page per alert
 * @throws Error when two alerts share a name within one group
 */
export function ruleGroups(telemetry: readonly Telemetry[], runbooks: string): RuleGroups {
    return {
        groups: telemetry.filter(({ alerts }) => alerts.length > 0).map(({ name, alerts }) => {
            requireDistinct(name, alerts);
            return { name, rules: alerts.map(alert => alertRule(alert, runbooks)) };
        }),
    };
}

function alertRule(alert: AlertRule, runbooks: string): RuleGroups["groups"][number]["rules"][number] {
    return {
        alert: alert.name,
        expr: alert.expr,
        for: alert.for,
        labels: { severity: alert.severity },
        annotations: {
            summary: alert.summary,
            description: alert.description,
            runbook_url: `${runbooks.replace(/\/$/, "")}/${alert.name}.md`,
        },
    };
}

function requireDistinct(group: string, alerts: readonly AlertRule[]): void {
    const names = alerts.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) {
        throw new Error(`"${group}" has two alerts called ${twice}; give one of them another name`);
    }
}
