import { parse } from "yaml";
import type { EnvironmentName } from "../../../components/kit/environment";
import type { PrometheusConfiguration } from "../../../components/monitoring/prometheus/prometheusConfiguration";
import type { RuleGroups } from "../../../components/monitoring/prometheus/rules";
import type { Inputs, Registration } from "../mocks";
import type { StackValues } from "../program";
import { recordProgram } from "../program";

/** A panel as Grafana provisions it. */
export interface RenderedPanel {
    readonly title: string;
    readonly type: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets?: readonly { readonly expr: string }[];
}

/** A dashboard as Grafana provisions it. */
export interface RenderedDashboard {
    readonly uid: string;
    readonly title: string;
    readonly panels: readonly RenderedPanel[];
}

/** The monitoring of one platform, read from what the program registers. */
export interface RenderedMonitoring {
    readonly platform: string;
    readonly configuration: PrometheusConfiguration;
    readonly rules: RuleGroups;
    /** Size of the rule file in bytes. */
    readonly rulesSize: number;
    readonly dashboards: readonly RenderedDashboard[];
    /** Metrics that its kube-state-metrics exports. */
    readonly stateMetrics: readonly string[];
}

/** Records the program and reads the monitoring of each of its platforms. */
export async function renderedMonitoring(stack: EnvironmentName, values: StackValues = {}): Promise<RenderedMonitoring[]> {
    const { recording } = await recordProgram(stack, values);
    const configMaps = recording.ofType("kubernetes:core/v1:ConfigMap");
    const stateMetrics = recording.ofKind("Deployment").filter(({ inputs }) => inputs.metadata.name.endsWith("kube-state-metrics"));
    return configMaps.filter(({ inputs }) => inputs.data?.["prometheus.yml"] !== undefined).map(configMap => {
        const { data } = configMap.inputs;
        const text = Object.entries<string>(data).filter(([file]) => file.endsWith(".rules.yml")).map(([, content]) => content).join("\n");
        const of = ({ inputs }: Registration): boolean => platformOf(inputs) === platformOf(configMap.inputs);
        return {
            platform: platformOf(configMap.inputs),
            configuration: parse(data["prometheus.yml"]) as PrometheusConfiguration,
            rules: parse(text) as RuleGroups,
            rulesSize: Buffer.byteLength(text),
            dashboards: configMaps.filter(of).flatMap(({ inputs }) => dashboardsIn(inputs.data)),
            stateMetrics: stateMetrics.filter(of).flatMap(({ inputs }) => allowedMetrics(inputs)),
        };
    });
}

function platformOf({ metadata: { labels } }: Inputs): string {
    return labels["app.kubernetes.io/part-of"] as string;
}

function dashboardsIn(data: Readonly<Record<string, string>> = {}): RenderedDashboard[] {
    return Object.entries(data).filter(([file, text]) => file.endsWith(".json") && text.includes('"panels"'))
        .map(([, text]) => JSON.parse(text) as RenderedDashboard);
}

function allowedMetrics({ spec }: Inputs): string[] {
    const argument = (spec.template.spec.containers[0].args as string[]).find(text => text.startsWith("--metric-allowlist="));
    return (argument ?? "").replace("--metric-allowlist=", "").split(",").map(text => text.replace(/^\^|\$$/g, ""));
}

/** Every expression of the rules and the panels of one platform, and what each one belongs to. */
export function expressionsIn({ rules, dashboards }: RenderedMonitoring): { readonly of: string; readonly expr: string }[] {
    return [
        ...rules.groups.flatMap(group => group.rules.map(rule => ({ of: "alert" in rule ? rule.alert : rule.record, expr: rule.expr }))),
        ...dashboards.flatMap(({ title, panels }) => panels.flatMap(panel =>
            (panel.targets ?? []).map(({ expr }) => ({ of: `${title} / ${panel.title}`, expr })))),
    ];
}
