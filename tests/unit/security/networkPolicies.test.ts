import assert from "node:assert/strict";
import fc from "fast-check";
import { environmentDefaults } from "../../../components/config/environments";
import { ingressController, nameService } from "../../../components/kit/externals";
import type { Edge, ExternalNode, Port, WorkloadNode } from "../../../components/kit/graph";
import { DependencyGraph } from "../../../components/kit/graph";
import { defaultDenyPolicy, workloadPolicy } from "../../../components/security/networkPolicies";
import type { Endpoint, Policy, Target } from "../../harness/reachability";
import { reachableConnections } from "../../harness/reachability";
import { addNamespace, workload } from "../../harness/graphs";

function graphOf(workloads: readonly WorkloadNode[], edges: readonly Edge[]): DependencyGraph {
    const graph = new DependencyGraph();
    new Set(workloads.map(({ namespace }) => namespace)).forEach(name => addNamespace(graph, name));
    workloads.forEach(node => graph.addWorkload(node));
    edges.forEach(({ from, to, ports }) => graph.addEdge(from, to, ...ports));
    return graph;
}

function policiesOf(graph: DependencyGraph): Policy[] {
    return [
        ...graph.namespaces.map(({ name }) => defaultDenyPolicy(name)),
        ...graph.workloads.map(node => workloadPolicy(graph, node)),
    ];
}

const id = ({ namespace, name }: WorkloadNode): string => `${namespace}/${name}`;
const endpoint = (node: WorkloadNode): Endpoint => ({ name: id(node), namespace: node.namespace, labels: node.selector });

const ports: readonly Port[] = [{ number: 80 }, { number: 5432 }, { number: 53, protocol: "UDP" }, { number: 53 }];
const [clusterDns, ...dnsPorts] = nameService(environmentDefaults("prod"));
const targets: readonly Target[] = [...ports, ...dnsPorts.filter(({ number }) => number !== 53)].map(({ number, protocol = "TCP" }) => ({ port: number, protocol }));

const traefik = ingressController("edge", { app: "traefik" });
const outsiders: readonly (Endpoint & { readonly node: ExternalNode })[] = [
    { name: "ingress-controller", namespace: "edge", labels: { app: "traefik" }, node: traefik },
    { name: "cluster-dns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, node: clusterDns },
];
/** Pods that look like ours in a namespace that is not. */
const impostor: Endpoint = { name: "impostor", namespace: "elsewhere", labels: { app: "a", "app.kubernetes.io/part-of": "one" } };

const places = ["one", "two"].flatMap(namespace => ["a", "b", "c"].map(name => ({ namespace, name })));
const system = fc.subarray(places, { minLength: 1 }).chain(chosen => {
    const workloads = chosen.map(({ namespace, name }) => workload(namespace, name));
    const somePorts = fc.subarray([...ports], { minLength: 1 });
    const internal = fc.record({ from: fc.constantFrom(...workloads), to: fc.constantFrom(...workloads), ports: somePorts });
    const incoming = fc.record({ from: fc.constant(traefik), to: fc.constantFrom(...workloads), ports: somePorts });
    const outgoing = fc.record({ from: fc.constantFrom(...workloads), to: fc.constant(clusterDns), ports: fc.constant(dnsPorts) });
    return fc.record({ workloads: fc.constant(workloads), edges: fc.array(fc.oneof(internal, incoming, outgoing), { maxLength: 8 }) });
});

describe("NetworkPolicies", () => {
    it("T-120 T-141: whatever the graph, every declared edge is open and no other pair of workloads is", () => {
        fc.assert(fc.property(system, ({ workloads, edges }) => {
            // A pod of the namespace that no workload declares, such as one that somebody adds by hand.
            const stray: Endpoint = { name: "stray", namespace: workloads[0]?.namespace ?? "", labels: {} };
            const endpoints = [...workloads.map(endpoint), ...outsiders, impostor, stray];
            const nameOf = (node: Edge["from"]): string => (node.type === "workload" ? id(node) : node.name);
            const declared = edges.flatMap(({ from, to, ports: open }) =>
                open.map(({ number, protocol = "TCP" }) => `${nameOf(from)} -> ${nameOf(to)}:${number}/${protocol}`))
                .filter(connection => !connection.match(/^(.*) -> \1:/));
            // Among themselves the outsiders are free: no policy selects them.
            const found = reachableConnections(policiesOf(graphOf(workloads, edges)), endpoints, targets)
                .filter(connection => connection.includes("stray") || workloads.some(node => connection.includes(id(node))));
            assert.deepEqual(found, [...new Set(declared)].sort());
        }), { numRuns: 300 });
    });

    it("one workload has one policy with one rule per neighbour", () => {
        const [web, database] = [workload("one", "web"), workload("one", "db", { networkPolicyName: "db-only" })];
        const graph = graphOf([web, database], [
            { from: web, to: database, ports: [{ number: 5432 }] },
            { from: web, to: database, ports: [{ number: 9187 }, { number: 5432 }] },
        ]);
        assert.deepEqual(workloadPolicy(graph, database), {
            metadata: { name: "db-only", namespace: "one" },
            spec: {
                podSelector: { matchLabels: database.selector },
                policyTypes: ["Ingress", "Egress"],
                ingress: [{
                    from: [{ podSelector: { matchLabels: web.selector } }],
                    ports: [{ port: 5432, protocol: "TCP" }, { port: 9187, protocol: "TCP" }],
                }],
                egress: [],
            },
        });
    });

    it("a neighbour in another namespace is named by its namespace and its labels together", () => {
        const [web, database] = [workload("one", "web"), workload("two", "db")];
        const graph = graphOf([web, database], [{ from: web, to: database, ports: [{ number: 5432 }] }]);
        assert.deepEqual(workloadPolicy(graph, web).spec.egress, [{
            to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "two" } }, podSelector: { matchLabels: database.selector } }],
            ports: [{ port: 5432, protocol: "TCP" }],
        }]);
    });

    it("what runs in the nodes' network is named by port alone", () => {
        const [web, agent] = [workload("one", "web"), workload("one", "agent", { inNodeNetwork: true })];
        const graph = graphOf([web, agent], [
            { from: web, to: agent, ports: [{ number: 9100 }] }, { from: agent, to: web, ports: [{ number: 80 }] },
        ]);
        const { ingress, egress } = workloadPolicy(graph, web).spec;
        assert.deepEqual([ingress, egress], [[{ ports: [{ port: 80, protocol: "TCP" }] }], [{ ports: [{ port: 9100, protocol: "TCP" }] }]]);
    });

    it("rules stand in the order of their neighbours' names, whichever is declared first", () => {
        const names = ["delta", "alpha", "charlie", "bravo"];
        const [web, ...others] = [workload("one", "web"), ...names.map(name => workload("one", name))] as const;
        const graph = graphOf([web, ...others], others.map(other => ({ from: other, to: web, ports: [{ number: 80 }] })));
        const rules = workloadPolicy(graph, web).spec.ingress as { from: { podSelector: { matchLabels: { app: string } } }[] }[];
        assert.deepEqual(rules.map(({ from }) => from[0]?.podSelector.matchLabels.app), [...names].sort());
    });
});
