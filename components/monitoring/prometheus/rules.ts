import type { AlertRule, RecordingRule, Telemetry } from "../../kit/telemetry";

/** @see https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ */
export interface RenderedAlert {
    readonly alert: string;
    readonly expr: string;
    readonly for: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
}

/** @see https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/ */
export interface RuleGroups<Rule = RenderedAlert | RecordingRule> {
    readonly groups: readonly { readonly name: string; readonly interval?: string; readonly rules: readonly Rule[] }[];
}

/** The alerts among some rules. */
export function alertsOf({ groups }: RuleGroups): RenderedAlert[] {
    return groups.flatMap(({ rules }) => rules).filter((rule): rule is RenderedAlert => "alert" in rule);
}

/**
 * The rules of several telemetries, one group each; a group's recordings come first, for its alerts use them.
 * @param runbooks URL of the folder with one page per alert
 * @throws Error when two groups, or two alerts of one group, share a name
 */
export function ruleGroups(telemetry: readonly Telemetry[], runbooks: string): RuleGroups {
    const groups = telemetry.filter(({ alerts, recordings = [] }) => alerts.length + recordings.length > 0);
    requireDistinct("the rule file", "groups", groups.map(({ name }) => name));
    return {
        groups: groups.map(({ name, alerts, recordings = [], labels, interval }) => {
            requireDistinct(`"${name}"`, "alerts", alerts.map(alert => alert.name));
            const rules = [...recordings, ...alerts.map(alert => alertRule(alert, labels, runbooks))];
            return { name, ...(interval !== undefined && { interval }), rules };
        }),
    };
}

function alertRule(alert: AlertRule, labels: Telemetry["labels"], runbooks: string): RenderedAlert {
    return {
        alert: alert.name,
        expr: alert.expr,
        for: alert.for,
        labels: { ...labels, severity: alert.severity },
        annotations: {
            summary: alert.summary,
            description: alert.description,
            runbook_url: `${runbooks.replace(/\/$/, "")}/${alert.name}.md`,
        },
    };
}

function requireDistinct(where: string, what: string, names: readonly string[]): void {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) {
        throw new Error(`${where} has two ${what} called ${twice}; give one of them another name`);
    }
}
