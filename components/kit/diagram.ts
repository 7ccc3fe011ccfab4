import type { DependencyGraph, GraphNode } from "./graph";
import { nodeId } from "./graph";

/** The dependency graph as a Mermaid flow chart: a box per workload, grouped by namespace, and an arrow per edge. */
export function mermaid(graph: Pick<DependencyGraph, "workloads" | "edges" | "namespaces">): string {
    const identifier = (node: GraphNode): string => nodeId(node).replaceAll("/", "__").replace(/[^A-Za-z0-9]/g, "_");
    const groups = graph.namespaces.flatMap(({ name }) => [
        `    subgraph ${name}`,
        ...graph.workloads.filter(({ namespace }) => namespace === name)
            .map(workload => `        ${identifier(workload)}["${workload.name}<br/>${workload.kind}"]`),
        "    end",
    ]);
    const externals = new Map(graph.edges.flatMap(({ from, to }) => [from, to])
        .filter(node => node.type === "external").map(node => [node.name, `    ${identifier(node)}(["${node.name}"])`]));
    const arrows = graph.edges.map(({ from, to, ports }) =>
        `    ${identifier(from)} -->|${[...new Set(ports.map(({ number }) => number))].join(", ")}| ${identifier(to)}`);
    return ["flowchart LR", ...groups, ...externals.values(), ...arrows].join("\n");
}
