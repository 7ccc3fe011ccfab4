import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { parse } from "yaml";
import type { DependencyGraph } from "../../../components/kit/graph";
import type { PrometheusConfiguration } from "../../../components/monitoring/prometheus/prometheusConfiguration";
import type { RuleGroups } from "../../../components/monitoring/prometheus/rules";
import type { Telemetry } from "../../../components/kit/telemetry";
import { environmentDefaults } from "../../../components/config/environments";
import type { EnvironmentName } from "../../../components/kit/environment";
import { selfMonitoring } from "../../../components/monitoring/monitoringStack";
import { platformTelemetry } from "../../../components/platforms/taskflow/telemetry";
import type { Inputs, Recording } from "../mocks";
import type { StackValues } from "../program";
import { recordProgram } from "../program";

/** TaskFlow's monitoring as one stack deploys it. */
export interface Monitored {
    readonly recording: Recording;
    readonly graph: DependencyGraph;
    readonly telemetry: readonly Telemetry[];
    /** Content of prometheus.yml. */
    readonly configuration: PrometheusConfiguration;
    /** Content of the rule file. */
    readonly rules: RuleGroups;
    readonly dashboard: Dashboard;
}

/** Runs the program with these settings of TaskFlow and reads its monitoring. */
export async function monitoredTaskFlow(stack: EnvironmentName, taskflow: StackValues = {}): Promise<Monitored> {
    const { recording, graph } = await recordProgram(stack, { enabled: ["taskflow"], taskflow });
    const files = recording.object("ConfigMap", "prometheus-config").inputs.data as Record<string, string>;
    const dashboards = recording.object("ConfigMap", "grafana-dashboards").inputs.data as Record<string, string>;
    return {
        recording,
        graph,
        telemetry: [...platformTelemetry(graph, "taskflow"), ...selfMonitoring(environmentDefaults(stack))],
        configuration: parse(files["prometheus.yml"] ?? "") as PrometheusConfiguration,
        rules: parse(files["alerts.rules.yml"] ?? "") as RuleGroups,
        dashboard: JSON.parse(dashboards["taskflow.json"] ?? "") as Dashboard,
    };
}

/** Inputs of the one object of a kind and name. */
export function inputsOf({ recording }: Monitored, kind: string, name: string): Inputs {
    return recording.object(kind, name).inputs;
}

/** Pod template of a Deployment. */
export function podOf(stack: Monitored, name: string): Inputs {
    return inputsOf(stack, "Deployment", name).spec.template.spec;
}

/** Volumes of a Deployment's first container by the folder where it sees them. */
export function mountsOf(stack: Monitored, name: string): Record<string, Inputs> {
    const { containers: [container], volumes } = podOf(stack, name);
    return Object.fromEntries(container.volumeMounts.map((mount: Inputs) =>
        [mount.mountPath, volumes.find((volume: Inputs) => volume.name === mount.name)]));
}
