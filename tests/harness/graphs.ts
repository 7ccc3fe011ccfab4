import type { DependencyGraph, WorkloadNode } from "../../components/kit/graph";
import { selectorLabels } from "../../components/kit/labels";
import { resources } from "../../components/kit/resources";

/** A workload of platform and namespace of the same name. */
export function workload(namespace: string, name: string, more: Partial<WorkloadNode> = {}): WorkloadNode {
    return {
        type: "workload", platform: namespace, namespace, name, kind: "Deployment",
        selector: selectorLabels(namespace, name),
        capacity: { containers: [resources("100m/64Mi", "200m/128Mi")], maximumPods: 2 },
        ...more,
    };
}

/** Adds a namespace whose object does not matter. */
export function addNamespace(graph: DependencyGraph, name: string): void {
    graph.addNamespace({ name, platform: name, resource: undefined as never });
}
