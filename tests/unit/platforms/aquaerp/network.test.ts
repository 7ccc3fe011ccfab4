import assert from "node:assert/strict";
import type { Edge, GraphNode } from "../../../../components/kit/graph";
import type { Inputs } from "../../../harness/mocks";
import type { Endpoint, Policy } from "../../../harness/reachability";
import { isReachable } from "../../../harness/reachability";
import { aquaerp, backend, names, object, objectNames, ports, stacks, workers } from "../../../harness/platforms/aquaerp";

const nodeName = (node: GraphNode): string => node.name;

/** Ports that one node may reach at another. */
async function reached(stack: typeof stacks[number], from: string, to: string, settings = {}): Promise<number[]> {
    const { graph } = await aquaerp(stack, settings);
    const ways = graph.edges.filter((edge: Edge) => nodeName(edge.from) === from && nodeName(edge.to) === to);
    return [...new Set(ways.flatMap(edge => edge.ports.map(({ number }) => number)))].sort((a, b) => a - b);
}

/** Names of everything that may reach a node. */
async function callers(stack: typeof stacks[number], to: string): Promise<string[]> {
    const { graph } = await aquaerp(stack);
    return [...new Set(graph.edges.filter(edge => nodeName(edge.to) === to).map(edge => nodeName(edge.from)))].sort();
}

describe("AquaERP network policies", () => {
    it("A-75 A-76 A-81 A-82: microservices-network-policy lets page, ingress controller and Prometheus reach the gateway on 3000, and nobody else", async () => {
        for (const stack of stacks) {
            const { spec } = await object(stack, "NetworkPolicy", "microservices-network-policy");
            assert.equal(spec.podSelector.matchLabels.app, "api-gateway");
            const peers = spec.ingress.map(({ from, ports: open }: Inputs) => {
                assert.deepEqual(open, [{ port: 3000, protocol: "TCP" }]);
                return [from[0].podSelector.matchLabels.app ?? from[0].podSelector.matchLabels["app.kubernetes.io/name"],
                    from[0].namespaceSelector?.matchLabels["kubernetes.io/metadata.name"]];
            });
            assert.deepEqual(peers.sort(), [["frontend", undefined], ["prometheus", "aquaerp-monitoring"], ["traefik", "traefik"]].sort());
        }
    });

    it("A-77 A-95 A-104: everything is denied but the table; each policy has the documented name", async () => {
        for (const stack of stacks) {
            const policies = await objectNames(stack, "NetworkPolicy");
            for (const name of ["default-deny", "microservices-network-policy", "database-network-policy", "rabbitmq-network-policy",
                ...names.filter(name => name !== "api-gateway").map(name => `${name}-network-policy`)]) {
                assert.ok(policies.includes(name), `${stack}: ${name}`);
            }
            const deny = (await object(stack, "NetworkPolicy", "default-deny")).spec;
            assert.deepEqual([deny.podSelector, deny.policyTypes, deny.ingress, deny.egress], [{}, ["Ingress", "Egress"], undefined, undefined]);
        }
    });

    it("A-78 A-86 A-87: the database is reached by the seven services, its set-up, dumps and Prometheus's scrape; never by clients, page or gateway", async () => {
        for (const stack of stacks) {
            const dumps = stack === "dev" ? [] : ["postgresql-backup", "postgresql-restore"];
            assert.deepEqual(await callers(stack, "postgresql"), [...workers, "postgresql-init", "prometheus", ...dumps].sort());
            assert.deepEqual(await reached(stack, "auth-service", "postgresql"), [5432]);
            assert.deepEqual(await reached(stack, "prometheus", "postgresql"), [9187]);
        }
        assert.deepEqual(await reached("prod", "mailer-service", "postgresql", { mailer: { database: false } }), []);
        const { containers: [mailer] } = (await object("prod", "Deployment", "mailer-service", { mailer: { database: false } })).spec.template.spec;
        assert.doesNotMatch(JSON.stringify(mailer), /DATABASE|app-config/);
    });

    it("A-79: every pod may ask the cluster's DNS", async () => {
        for (const stack of stacks) {
            const { graph } = await aquaerp(stack);
            for (const { name } of graph.workloads.filter(({ namespace }) => namespace === "aquaerp")) {
                assert.deepEqual(await reached(stack, name, "cluster-dns"), [53, 5353], name);
            }
        }
    });

    it("A-80 A-90 A-91: the page is reached by the ingress controller; Prometheus scrapes every service, the exporter and RabbitMQ", async () => {
        for (const stack of stacks) {
            assert.deepEqual(await callers(stack, "frontend"), ["ingress-controller", "prometheus"]);
            assert.deepEqual(await reached(stack, "ingress-controller", "frontend"), [8080]);
            for (const name of names) {
                assert.deepEqual(await reached(stack, "prometheus", name), [ports[name]]);
            }
            assert.deepEqual(await reached(stack, "prometheus", "rabbitmq"), [15692]);
        }
    });

    it("A-83 A-84: gateway and services reach RabbitMQ on 5672 only", async () => {
        for (const stack of stacks) {
            for (const name of backend) {
                assert.deepEqual(await reached(stack, name, "rabbitmq"), [5672]);
            }
            assert.deepEqual(await reached(stack, "frontend", "rabbitmq"), []);
        }
    });

    it("A-85 A-89: only the gateway calls the services, unless it must not, or a setting opens another way", async () => {
        for (const [index, name] of workers.entries()) {
            assert.deepEqual(await callers("prod", name), ["api-gateway", "prometheus"]);
            assert.deepEqual(await reached("prod", "api-gateway", name), [3001 + index]);
            assert.deepEqual(await reached("prod", "api-gateway", name, { gatewayHttp: false }), []);
        }
        const settings = { extraEdges: [{ from: "workflow-service", to: "mailer-service" }] };
        assert.deepEqual(await reached("prod", "workflow-service", "mailer-service"), []);
        assert.deepEqual(await reached("prod", "workflow-service", "mailer-service", settings), [3005]);
    });

    it("A-92: RabbitMQ's nodes reach each other where there are three", async () => {
        assert.deepEqual(await reached("staging", "rabbitmq", "rabbitmq"), []);
        assert.deepEqual(await reached("prod", "rabbitmq", "rabbitmq"), [4369, 25672]);
    });

    it("A-140: by the rendered policies the page reaches the gateway and not the database, no other pod beside it does, and Traefik does", async () => {
        for (const stack of stacks) {
            const { graph, recording } = await aquaerp(stack);
            const rules = recording.ofKind("NetworkPolicy").map(({ inputs }) => inputs as Policy);
            const pods = graph.workloads.filter(({ namespace }) => namespace === "aquaerp")
                .map(({ name, namespace, selector }): Endpoint => ({ name, namespace, labels: selector }));
            const pod = (name: string): Endpoint => pods.find(one => one.name === name) as Endpoint;
            const callersOfGateway = pods.filter(from => isReachable(rules, from, pod("api-gateway"), { port: 3000 })).map(({ name }) => name);
            assert.deepEqual(callersOfGateway, ["frontend"]);
            assert.ok(!isReachable(rules, { name: "stranger", namespace: "aquaerp", labels: { app: "stranger" } }, pod("api-gateway"), { port: 3000 }));
            assert.ok(!isReachable(rules, pod("frontend"), pod("postgresql"), { port: 5432 }));
            const traefik: Endpoint = { name: "traefik", namespace: "traefik", labels: { "app.kubernetes.io/name": "traefik" } };
            assert.ok(isReachable(rules, traefik, pod("api-gateway"), { port: 3000 }));
        }
    });

    it("A-94: the ingress controller reaches Grafana only if that has a host", async () => {
        assert.deepEqual(await reached("prod", "ingress-controller", "grafana"), []);
        const settings = { monitoring: { grafana: { host: "grafana.aquaerp.cloud" } } };
        assert.deepEqual(await reached("prod", "ingress-controller", "grafana", settings), [3000]);
    });
});
