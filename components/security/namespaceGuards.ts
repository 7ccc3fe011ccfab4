import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { DependencyGraph } from "../kit/graph";
import { recommendedLabels } from "../kit/labels";
import type { ObjectMeta } from "../kit/scope";
import { logicalName } from "../kit/scope";
import type { NetworkPolicyArgs } from "./networkPolicies";
import { defaultDenyPolicy, workloadPolicy } from "./networkPolicies";
import { containerLimits, quotaOf } from "./quotas";

/** Arguments of {@link NamespaceGuards}. */
export interface NamespaceGuardsArgs {
    /** The finished graph: every platform has been constructed. */
    readonly graph: DependencyGraph;
}

/**
 * What follows from the whole graph: NetworkPolicies on both sides of each edge, quotas and limits of each namespace. They come
 * before the pods: what the namespace has as a whole before all of its pods, a workload's policy before its own.
 */
export class NamespaceGuards extends pulumi.ComponentResource {
    constructor(name: string, { graph }: NamespaceGuardsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("platforms:security:NamespaceGuards", name, {}, opts);
        const finished = graph.finished(name);
        for (const guarded of finished.namespaces) {
            const { name: namespace, platform, resource, defaultDenyName } = guarded;
            const meta = (object: string, component: string): ObjectMeta =>
                ({ name: object, namespace, labels: recommendedLabels({ platform, name: object, component }) });
            const workloads = finished.workloads.filter(workload => workload.namespace === namespace);
            const options = { parent: this, dependsOn: resource };
            const create = ({ metadata: { name: object }, spec }: NetworkPolicyArgs): pulumi.Resource =>
                new k8s.networking.v1.NetworkPolicy(logicalName(namespace, object), { metadata: meta(object, "network"), spec }, options);
            graph.addGuard(guarded, create(defaultDenyPolicy(namespace, defaultDenyName)));
            workloads.forEach(workload => graph.addGuard(workload, create(workloadPolicy(finished, workload))));
            graph.addGuard(guarded, new k8s.core.v1.ResourceQuota(`${namespace}-quota`,
                { metadata: meta("quota", "limits"), spec: { hard: quotaOf(workloads) } }, options));
            graph.addGuard(guarded, new k8s.core.v1.LimitRange(`${namespace}-limits`,
                { metadata: meta("limits", "limits"), spec: { limits: [containerLimits(workloads)] } }, options));
        }
        this.registerOutputs({ namespaces: graph.namespaces.map(namespace => namespace.name) });
    }
}
