import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { operatedPrometheus } from "../../kit/externals";
import { recommendedLabels } from "../../kit/labels";
import type { ObjectMeta, Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import { monitorArgs, monitorsOf, prometheusRuleArgs, staticTargetArgs } from "./monitors";
import type { ScrapedArgs } from "./prometheusConfiguration";
import { scrapedWorkloads } from "./prometheusConfiguration";
import { ruleGroups } from "./rules";
import type { WatchedArgs } from "./watched";
import { requireSources } from "./watched";

/** Arguments of {@link OperatedMonitoring}. */
export interface OperatedMonitoringArgs extends WatchedArgs {
    /** Dashboards as JSON, by file name. @default none */
    readonly dashboards?: Readonly<Record<string, string>>;
}

/** What the operator's chart scrapes by itself, by the names that an own Prometheus has for it. */
const chartSources = ["kube-state-metrics", "kubernetes-cadvisor", "kubernetes-kubelet"];

/**
 * What a Prometheus Operator on the cluster needs to do the work of an own Prometheus: monitors with the way to their
 * targets, alerts, and dashboards where its chart's Grafana looks for them.
 */
export class OperatedMonitoring extends ScopedComponent {
    /** @throws Error when a query needs a metric that nothing scrapes, or jobs that share a monitor differ */
    constructor(name: string, scope: Scope, args: OperatedMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
        super("monitoring:OperatedMonitoring", name, scope, opts);
        const { platform, namespace, graph, environment } = scope;
        const labels = recommendedLabels({ platform, name, component: "monitoring" });
        const meta: ObjectMeta = { name, namespace, labels };
        const scraped: ScrapedArgs = { ...args, namespace };
        const prometheus = operatedPrometheus(environment.prometheusNamespace);
        for (const workload of scrapedWorkloads(scraped)) {
            if (workload.metricsPort !== undefined) {
                graph.addEdge(prometheus, workload, { number: workload.metricsPort });
            }
        }
        const statics = Object.entries(args.statics ?? {});
        requireSources(args.telemetry, [
            ...scrapedWorkloads(scraped).map(workload => workload.name), ...(args.jobs ?? []).map(({ job }) => job),
            ...statics.map(([job]) => job), ...chartSources,
        ]);
        const rules = ruleGroups(args.telemetry, args.runbooks);
        const objects = [
            ...monitorsOf(scraped).map(monitor => monitorArgs(monitor, meta)),
            ...statics.map(([job, address]) => staticTargetArgs(job, address, meta)),
            ...(rules.groups.length > 0 ? [prometheusRuleArgs(rules, { platform, environment: environment.name }, meta)] : []),
        ];
        for (const object of objects) {
            new k8s.apiextensions.CustomResource(this.childName(object.metadata.name), object, this.childOptions());
        }
        for (const [file, content] of Object.entries(args.dashboards ?? {})) {
            const dashboard = `${name}-dashboard-${file.replace(/\.json$/, "")}`;
            // The label that the chart's Grafana collects dashboards by.
            const metadata = { ...meta, name: dashboard, labels: { ...labels, grafana_dashboard: "1" } };
            new k8s.core.v1.ConfigMap(this.childName(dashboard), { metadata, data: { [file]: content } }, this.childOptions());
        }
        this.registerOutputs({ objects: objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`) });
    }
}
