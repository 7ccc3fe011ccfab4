import type { RuleGroups } from "../../../components/monitoring/prometheus/rules";

/** Some rules without the other alerts, which promtool would compute at every step of a world that is not about them; recordings stay. */
export function onlyAlert({ groups }: RuleGroups, name: string): RuleGroups {
    const kept = groups.map(group => ({ ...group, rules: group.rules.filter(rule => !("alert" in rule) || rule.alert === name) }));
    return { groups: kept.filter(({ rules }) => rules.length > 0) };
}
