import assert from "node:assert/strict";
import { environmentDefaults } from "../../../components/config/environments";
import { ingressController, internet, kubeletPorts, nameService, operatedPrometheus } from "../../../components/kit/externals";
import { metricsOf, outside, parseServiceAddress, reach, sharedService } from "../../../components/kit/reach";
import { workload } from "../../harness/graphs";

const inNamespace = (name: string): object => ({ matchLabels: { "kubernetes.io/metadata.name": name } });

describe("reaching something", () => {
    it("teaches nothing of it, and waits only for what is named", () => {
        const ready = [{}] as never[];
        const ports = [{ number: 443 }];
        assert.deepEqual(reach(internet, ports), { node: internet, ports, properties: {}, variables: {}, ready: [] });
        assert.equal(reach(internet, [], ready).ready, ready);
    });

    it("outside of the cluster goes by blocks of addresses", () => {
        const { node, ports } = outside("smtp.example.com", ["192.0.2.0/24", "2001:db8::/32"], 587);
        assert.deepEqual(node, {
            type: "external", name: "smtp.example.com", peers: [{ ipBlock: { cidr: "192.0.2.0/24" } }, { ipBlock: { cidr: "2001:db8::/32" } }],
        });
        assert.deepEqual(ports, [{ number: 587 }]);
    });

    it("for metrics goes to the port that serves them, or nowhere", () => {
        const scraped = workload("shop", "api", { metricsPort: 9100 });
        assert.deepEqual(metricsOf(scraped).map(({ node, ports }) => [node, ports]), [[scraped, [{ number: 9100 }]]]);
        assert.deepEqual(metricsOf(workload("shop", "page")), []);
    });

    it("in another namespace goes to that namespace and the Service's port", () => {
        const { node, ports } = sharedService("alertmanager.monitoring.svc:9093");
        assert.deepEqual(node, {
            type: "external", name: "monitoring/alertmanager", peers: [{ namespaceSelector: inNamespace("monitoring") }],
        });
        assert.deepEqual(ports, [{ number: 9093 }]);
    });
});

describe("the address of a shared Service", () => {
    const taken: readonly [string, string, string, number][] = [
        ["alertmanager.monitoring.svc:9093", "alertmanager", "monitoring", 9093],
        ["a.b.svc.cluster.local:1", "a", "b", 1],
        ["loki-0.logs-2.svc.my-cluster.example:65535", "loki-0", "logs-2", 65_535],
        [`${"n".repeat(63)}.${"s".repeat(63)}.svc:80`, "n".repeat(63), "s".repeat(63), 80],
    ];
    for (const [address, name, namespace, port] of taken) {
        it(`${address} is read`, () => assert.deepEqual(parseServiceAddress(address), { name, namespace, port }));
    }

    for (const address of [
        "", "alertmanager:9093", "alertmanager.monitoring:9093", "alertmanager.monitoring.svc", "alertmanager.monitoring.svc:0",
        "alertmanager.monitoring.svc:65536", "alertmanager.monitoring.svc:999999", "http://alertmanager.monitoring.svc:9093",
        "alertmanager.monitoring.svc:9093/path", "Alertmanager.monitoring.svc:9093", "alertmanager.Monitoring.svc:9093",
        "alertmanager.monitoring.svc.:9093", "alertmanager.monitoring.svcx:9093", `${"n".repeat(64)}.monitoring.svc:80`,
    ]) {
        it(`"${address}" is refused with its form`, () => assert.throws(() => parseServiceAddress(address), {
            message: `"${address}" is not the address of a shared Service; write it as name.namespace.svc:port, such as alertmanager.monitoring.svc:9093`,
        }));
    }
});

describe("what is outside of the program", () => {
    it("is found by namespace and labels", () => {
        assert.deepEqual(ingressController("traefik", { app: "traefik" }), {
            type: "external", name: "ingress-controller",
            peers: [{ namespaceSelector: inNamespace("traefik"), podSelector: { matchLabels: { app: "traefik" } } }],
        });
        assert.deepEqual(operatedPrometheus("monitoring"), {
            type: "external", name: "operated-prometheus",
            peers: [{
                namespaceSelector: inNamespace("monitoring"),
                podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus", "app.kubernetes.io/managed-by": "prometheus-operator" } },
            }],
        });
    });

    it("has the ports that Kubernetes gives it", () => {
        const [clusterDns, ...dnsPorts] = nameService(environmentDefaults("dev"));
        assert.ok(clusterDns.peers.length > 0);
        assert.deepEqual(dnsPorts.slice(0, 2), [{ number: 53, protocol: "UDP" }, { number: 53 }]);
        assert.deepEqual(kubeletPorts, [{ number: 10250 }]);
    });
});
