import assert from "node:assert/strict";
import type { EnvironmentName } from "../../../../components/kit/environment";
import { podsOf } from "../../../harness/pods";
import type { StackValues } from "../../../harness/program";
import type { Endpoint, Target } from "../../../harness/reachability";
import { dnsFrom, endpointOf, openConnections, tcp } from "../../../harness/reachability";
import { storm } from "../../../harness/platforms/storm";

/** Pods and addresses that the program does not deploy; no policy selects them. */
const outsiders: readonly Endpoint[] = [
    { name: "traefik", namespace: "traefik", labels: { "app.kubernetes.io/name": "traefik" }, address: "10.42.1.1" },
    { name: "dns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, address: "10.42.1.2" },
    { name: "alertmanager", namespace: "monitoring", labels: { app: "alertmanager" }, address: "10.42.1.3" },
    { name: "impostor", namespace: "elsewhere", labels: { app: "gateway-service", "app.kubernetes.io/part-of": "storm" }, address: "10.42.1.4" },
    { name: "outside", address: "203.0.113.9" },
];

const targets: readonly Target[] = [
    ...[
        22, 53, 80, 443, 3000, 4222, 5432, 6222, 6379, 6443, 7777, 8080, 8089, 8222, 8443, 9000, 9001, 9090, 9093, 9121, 9187, 10250,
    ].map(port => ({ port })),
    { port: 53, protocol: "UDP" },
];

/** Everything that policies let through, but for what the outsiders do among themselves. */
async function open(stack: EnvironmentName, settings: StackValues = {}): Promise<string[]> {
    const { recording } = await storm(stack, settings);
    return openConnections(recording, podsOf(recording).map(endpointOf), outsiders, targets);
}

const anywhere = (from: string, ...ports: number[]): string[] => outsiders.flatMap(({ name }) => tcp(from, name, ...ports));

/** S-59 and S-62 to S-71. */
const inside = [
    ...tcp("gateway-service", "user-service", 3000), ...tcp("gateway-service", "nats", 4222), ...tcp("gateway-service", "redis", 6379),
    ...tcp("message-service", "nats", 4222), ...tcp("media-service", "nats", 4222),
    ...tcp("user-service", "postgres-user", 5432), ...tcp("message-service", "postgres-message", 5432),
    ...tcp("media-service", "minio", 9000), ...tcp("minio-provisioning", "minio", 9000),
    ...tcp("postgres-user-init", "postgres-user", 5432), ...tcp("postgres-message-init", "postgres-message", 5432),
    ...dnsFrom("gateway-service", "user-service", "message-service", "media-service", "minio-provisioning", "postgres-user-init", "postgres-message-init"),
    ...dnsFrom("nats", "redis", "minio", "postgres-user", "postgres-message"),
];
/** S-75, and Grafana. */
const monitoring = [
    ...tcp("prometheus", "nats", 7777), ...tcp("prometheus", "postgres-user", 9187), ...tcp("prometheus", "postgres-message", 9187),
    ...tcp("prometheus", "redis", 9121), ...tcp("prometheus", "minio", 9000), ...tcp("prometheus", "kube-state-metrics", 8080),
    ...tcp("prometheus", "alertmanager", 9093), ...tcp("grafana", "prometheus", 9090),
    ...anywhere("prometheus", 443, 6443, 8443, 10250), ...anywhere("kube-state-metrics", 443, 6443, 8443),
    ...dnsFrom("prometheus", "grafana", "kube-state-metrics"),
];
/** S-76. */
const backups = ["user", "message"].flatMap(name => ["backup", "restore"].flatMap(kind =>
    [...tcp(`postgres-${name}-${kind}`, `postgres-${name}`, 5432), ...dnsFrom(`postgres-${name}-${kind}`)]));
const routed = tcp("traefik", "gateway-service", 8080);

describe("Storm's network", () => {
    it("S-58 S-59 S-60 S-62 S-63 S-64 S-65 S-66 S-68 S-69 S-70 S-71 S-111: in dev the table's edges are open and no other pair is", async () => {
        const anybody = outsiders.flatMap(({ name }) => tcp(name, "gateway-service", 8080));
        assert.deepEqual(await open("dev"), [...inside, ...anybody].sort());
    });

    it("S-58 S-61 S-75 S-111: in staging the ingress controller reaches the gateway, and Prometheus what serves metrics", async () => {
        assert.deepEqual(await open("staging"), [...inside, ...monitoring, ...routed].sort());
    });

    it("S-74 S-76 S-111: in prod NATS servers reach each other, and backups their database", async () => {
        assert.deepEqual(await open("prod"), [...inside, ...monitoring, ...routed, ...backups].sort());
        const { spec } = (await storm("prod")).recording.object("NetworkPolicy", "nats").inputs;
        const own = { podSelector: { matchLabels: { app: "nats", "app.kubernetes.io/part-of": "storm" } } };
        for (const [rules, side] of [[spec.ingress, "from"], [spec.egress, "to"]] as const) {
            const rule = rules.find((item: { ports: { port: number }[] }) => item.ports.some(({ port }) => port === 6222));
            assert.deepEqual([rule[side], rule.ports], [[own], [{ port: 6222, protocol: "TCP" }]]);
        }
    });

    it("S-67 S-72 S-73: notification-service reaches NATS alone; no service reaches another's port but by extraEdges", async () => {
        const settings = { notification: { enabled: true } };
        const added = (await open("dev", settings)).filter(connection => connection.includes("notification-service"));
        assert.deepEqual(added, [...tcp("notification-service", "nats", 4222), ...dnsFrom("notification-service")].sort());
        const direct = tcp("gateway-service", "message-service", 8080);
        assert.ok(!(await open("dev")).includes(direct[0] as string));
        const extra = { extraEdges: [{ from: "gateway-service", to: "message-service" }] };
        const opened = await open("dev", extra);
        assert.deepEqual(opened.filter(connection => !inside.includes(connection) && connection.startsWith("gateway-service")), direct);
    });

    it("S-37 S-53: the monitoring port of NATS and MinIO's console are open to nobody", async () => {
        for (const stack of ["dev", "staging", "prod"] as const) {
            assert.deepEqual((await open(stack)).filter(connection => /:(8222|9001)\//.test(connection)), []);
        }
    });

    it("S-75: a service whose image serves metrics is scraped, and Prometheus reaches it", async () => {
        const settings = { gateway: { metrics: true } };
        assert.ok((await open("prod", settings)).includes("prometheus -> gateway-service:8080/TCP"));
        const configuration = (await storm("prod", settings)).recording.object("ConfigMap", "prometheus-config").inputs.data["prometheus.yml"];
        assert.match(configuration, /gateway-service/);
    });
});
