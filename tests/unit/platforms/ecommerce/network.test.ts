import assert from "node:assert/strict";
import type { EnvironmentName } from "../../../../components/kit/environment";
import type { WorkloadNode } from "../../../../components/kit/graph";
import type { Inputs } from "../../../harness/mocks";
import { recordedOnce } from "../../../harness/program";
import type { Endpoint, Policy } from "../../../harness/reachability";
import { isReachable, reachableConnections } from "../../../harness/reachability";
import { application, cached, domains, messaging, microservices, names, object, shop, stacks } from "../../../harness/platforms/ecommerce";
import { altered, enlarged } from "../../../harness/platforms/ecommerceVariants";

/** Every workload of the program as an endpoint, by name; names are the same in all namespaces only for different things. */
async function endpoints(stack: EnvironmentName): Promise<Map<string, Endpoint>> {
    const { graph } = await shop(stack);
    return new Map(graph.workloads.map(({ name, namespace, selector, kind }) =>
        [name, { name, namespace, labels: selector, ...(kind === "Deployment" && { labels: selector }) }]));
}

async function policies(stack: EnvironmentName): Promise<Policy[]> {
    return (await shop(stack)).recording.ofKind("NetworkPolicy").map(({ inputs }) => inputs as Policy);
}

/** Policies of prod where the settings that all platforms share are other ones. */
async function sharedPolicies(shared: object): Promise<Policy[]> {
    const { recording } = await recordedOnce("prod", { enabled: ["ecommerce"], shared });
    return recording.ofKind("NetworkPolicy").map(({ inputs }) => inputs as Policy);
}

const targets = [3306, 5672, 6379, 8000, 8100, 9000, 9090, 9104, 9121, 15672, 15692, 4369, 25672, 3000, 8080].map(port => ({ port }));

/** The document's table between the pods of the shop, written down once more. */
function documented(stack: EnvironmentName): string[] {
    const way = (from: string, to: string, port: number): string => `${from} -> ${to}:${port}/TCP`;
    const services = domains.map(domain => `${domain}-service`);
    const exported = stack !== "dev";
    const prometheus = "e-commerce-prometheus";
    return [
        ...microservices.map(name => way("api-gateway", name, 8000)),
        ...microservices.map(name => way(name, "api-gateway", 8100)),
        ...services.map(name => way(name, `${name}-mysql`, 3306)),
        ...services.map(name => way(`${name}-migrate-1.0.0`, `${name}-mysql`, 3306)),
        ...cached.map(domain => way(`${domain}-service`, "redis", 6379)),
        ...names.map(name => way(name, "rabbitmq-cluster", 5672)),
        ...["products", "sav", "newsletters"].map(domain => way(`${domain}-service`, "minio", 9000)),
        way("minio-setup-buckets", "minio", 9000),
        ...names.map(name => way(prometheus, name, 9090)),
        way(prometheus, "rabbitmq-cluster", 15672),
        way(prometheus, "rabbitmq-cluster", 15692),
        way(prometheus, "minio", 9000),
        way(prometheus, "e-commerce-kube-state-metrics", 8080),
        way(prometheus, "node-e-commerce-kube-state-metrics", 8080),
        way("e-commerce-grafana", prometheus, 9090),
        way("fluent-bit", "log-bridge", 8080),
        way("log-bridge", "redis-logs", 6379),
        ...(exported ? [
            ...services.map(name => way(prometheus, `${name}-mysql`, 9104)),
            way(prometheus, "redis", 9121),
            way(prometheus, "redis-logs", 9121),
            ...domains.map(domain => way(`${domain}-mysql-backup`, `${domain}-service-mysql`, 3306)),
            ...domains.map(domain => way(`${domain}-mysql-backup`, "minio", 9000)),
        ] : []),
        ...(stack === "prod" ? [
            ...domains.map(domain => way(`${domain}-mysql-binlog`, "minio", 9000)),
            way("mysql-restore-test", "minio", 9000),
        ] : []),
    ].sort();
}

describe("e-commerce network policies", () => {
    it("E-145: everything is denied in the shop's namespaces but what another policy allows", async () => {
        for (const stack of stacks) {
            for (const namespace of [application(stack), messaging]) {
                const { spec } = await object(stack, "NetworkPolicy", "deny-all-default", {}, namespace);
                assert.deepEqual(spec, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
            }
            assert.deepEqual((await object(stack, "NetworkPolicy", "default-deny", {}, "monitoring")).spec,
                { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
        }
    });

    for (const stack of stacks) {
        it(`E-146 E-149 E-150 E-151 E-152 E-153 E-154 E-156 E-157 E-159 E-160 E-162 E-163 E-167 E-172 E-265: pods reach each other exactly as the table says, ${stack}`, async () => {
            const all = [...(await endpoints(stack)).values()];
            const toApiServer = (connection: string): boolean => / -> api-server/.test(connection);
            const reachable = reachableConnections(await policies(stack), all, targets).filter(connection => !toApiServer(connection));
            assert.deepEqual(reachable, documented(stack));
        });
    }

    it("E-155: nodes of RabbitMQ reach each other, and only they reach these ports", async () => {
        const rules = await policies("prod");
        const broker = (await endpoints("prod")).get("rabbitmq-cluster") as Endpoint;
        for (const port of [4369, 25672]) {
            assert.ok(isReachable(rules, broker, { ...broker, name: "peer" }, { port }));
            for (const other of (await endpoints("prod")).values()) {
                assert.ok(other.name === broker.name || !isReachable(rules, other, broker, { port }), `${other.name} ${port}`);
            }
        }
        assert.ok(!isReachable(rules, broker, { name: "api-server", address: "203.0.113.1" }, { port: 6443 }));
    });

    it("E-148 E-168: Traefik reaches the gateway and Grafana, and nothing else", async () => {
        const traefik: Endpoint = { name: "traefik", namespace: "traefik", labels: { "app.kubernetes.io/name": "traefik" } };
        for (const stack of stacks) {
            const rules = await policies(stack);
            const open = [...(await endpoints(stack)).values()].flatMap(to => targets
                .filter(target => isReachable(rules, traefik, to, target)).map(({ port }) => `${to.name}:${port}`));
            assert.deepEqual(open.sort(), ["api-gateway:8100", "e-commerce-grafana:3000"]);
            const stranger: Endpoint = { ...traefik, name: "stranger", labels: { app: "stranger" } };
            assert.ok(!isReachable(rules, stranger, (await endpoints(stack)).get("api-gateway") as Endpoint, { port: 8100 }));
        }
    });

    it("E-148: Traefik is where the shop's settings say, or where the stack's ingress controller is", async () => {
        const elsewhere = { shared: { ingressController: { namespace: "edge", podLabels: { app: "proxy" } } } };
        const own = { edge: { ingressNamespace: "shop-edge" } };
        for (const [settings, more, namespace, podLabels] of [
            [{}, {}, "traefik", { "app.kubernetes.io/name": "traefik" }],
            [{}, elsewhere, "edge", { app: "proxy" }],
            [own, elsewhere, "shop-edge", { app: "proxy" }],
        ] as const) {
            const { recording } = await recordedOnce("dev", { enabled: ["ecommerce"], ecommerce: settings, ...more });
            const { spec } = recording.object("NetworkPolicy", "api-gateway").inputs;
            const sources = spec.ingress.flatMap(({ from }: Inputs) => from)
                .filter(({ namespaceSelector }: Inputs) => namespaceSelector)
                .map(({ namespaceSelector, podSelector }: Inputs) =>
                    [Object.values(namespaceSelector.matchLabels)[0], podSelector.matchLabels]);
            assert.deepEqual(sources.filter(([from]: [string]) => from !== "monitoring"), [[namespace, podLabels]]);
            const { data } = recording.object("ConfigMap", "fluent-bit-config").inputs;
            assert.ok(data["fluent-bit.yaml"].includes(`traefik-*_${namespace}_`));
        }
    });

    it("E-147: every pod may ask the cluster's name service", async () => {
        const rules = await policies("prod");
        const dns: Endpoint = { name: "dns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };
        // Pods in their nodes' network ask as the node does.
        for (const pod of [...(await endpoints("prod")).values()].filter(({ name }) => name !== "node-exporter")) {
            for (const protocol of ["UDP", "TCP"] as const) {
                assert.ok(isReachable(rules, pod, dns, { port: 53, protocol }), `${pod.name} ${protocol}`);
            }
        }
    });

    it("F13: so it may where that is NodeLocal DNSCache, behind an address of a setting, or OpenShift's", async () => {
        const [byDefault, set] = [await policies("prod"), await sharedPolicies({ nameServiceAddresses: ["10.96.0.10/32"] })];
        const pods = [...(await endpoints("prod")).values()].filter(({ name }) => name !== "node-exporter");
        const openShift = { name: "dns", namespace: "openshift-dns", labels: { "dns.operator.openshift.io/daemonset-dns": "default" } };
        for (const [rules, dns, port] of [
            [byDefault, { name: "cache", address: "169.254.20.10" }, 53], [byDefault, openShift, 5353],
            [set, { name: "kube-dns", address: "10.96.0.10" }, 53],
        ] as const) {
            for (const pod of pods) {
                for (const protocol of ["UDP", "TCP"] as const) {
                    assert.ok(isReachable(rules, pod, dns, { port, protocol }), `${pod.name} ${dns.name} ${protocol}`);
                }
            }
        }
    });

    it("F14: the API server is reached at the ports of a setting", async () => {
        const rules = await sharedPolicies({ apiServerPorts: [443, 16443] });
        const [prometheus, server] = [(await endpoints("prod")).get("e-commerce-prometheus"), { name: "node", address: "10.0.0.7" }];
        assert.ok(prometheus);
        assert.deepEqual([443, 6443, 16443].map(port => isReachable(rules, prometheus, server, { port })), [true, false, true]);
    });

    it("E-177: nodes reach the ports that their probes ask, and no others, where their addresses are named", async () => {
        const { graph, recording } = await shop("prod", enlarged);
        const rules = recording.ofKind("NetworkPolicy").map(({ inputs }) => inputs as Policy);
        const node: Endpoint = { name: "node", address: "10.0.0.7" };
        const open = (name: string): number[] => {
            const { namespace, selector } = graph.workloads.find(workload => workload.name === name) as WorkloadNode;
            const pods: Endpoint = { name, namespace, labels: selector };
            return targets.filter(target => isReachable(rules, node, pods, target)).map(({ port }) => port);
        };
        const asked = ["api-gateway", "orders-service", "minio", "orders-service-mysql", "e-commerce-grafana", "rabbitmq-cluster"];
        assert.deepEqual(asked.map(open), [[8100], [8000], [9000], [9104], [3000], []]);
        const gateway = (await endpoints("prod")).get("api-gateway") as Endpoint;
        assert.ok(!isReachable(await policies("prod"), node, gateway, { port: 8100 }));
    });

    it("E-151: the way back to the gateway can be closed, and then no service knows it", async () => {
        const { graph, recording } = await shop("prod", altered);
        assert.deepEqual(graph.edges.filter(({ to, from }) => to.name === "api-gateway" && microservices.includes(from.name)), []);
        const config = recording.ofKind("ConfigMap").find(({ inputs }) => inputs.metadata.name === "orders-service-config");
        assert.equal(config?.inputs.data.AUTH_SERVICE_URL, undefined);
        assert.equal((await object("prod", "ConfigMap", "orders-service-config")).data.AUTH_SERVICE_URL, "http://api-gateway:8100/v1/auth");
    });

    it("E-154: RabbitMQ is reached from the environment's namespace, not from its base name", async () => {
        const rules = await policies("prod");
        const broker = (await endpoints("prod")).get("rabbitmq-cluster") as Endpoint;
        const orders = (await endpoints("prod")).get("orders-service") as Endpoint;
        assert.ok(!isReachable(rules, { ...orders, namespace: "e-commerce" }, broker, { port: 5672 }));
    });
});
