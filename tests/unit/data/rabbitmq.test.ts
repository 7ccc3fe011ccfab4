import assert from "node:assert/strict";
import type { RabbitmqFormArgs } from "../../../components/data/rabbitmq/forms";
import { createRabbitmq } from "../../../components/data/rabbitmq/forms";
import { environmentDefaults } from "../../../components/config/environments";
import { resources } from "../../../components/kit/resources";
import { PlatformNamespace } from "../../../components/security/platformNamespace";
import type { Inputs } from "../../harness/mocks";
import { canary, secretMark } from "../../harness/mocks";
import type { StoreRecording } from "../../harness/stores";
import { container, podsOf, reaches, recordStore } from "../../harness/stores";

const args: RabbitmqFormArgs = {
    form: "own",
    storage: { size: "20Gi", storageClass: null }, resources: resources("500m/1Gi", "1/2Gi"), users: { orders: {} },
};

function record(more: Partial<RabbitmqFormArgs> = {}): Promise<StoreRecording> {
    return recordStore(scope => createRabbitmq("broker", scope, { ...args, ...more }).user("orders"));
}

describe("RabbitMQ", () => {
    let three: StoreRecording;
    let node: Inputs;
    before(async () => {
        three = await record({ nodes: 3, aliases: ["rabbitmq"] });
        node = container(three.recording, "StatefulSet", "broker", "rabbitmq");
    });

    it("E-72: runs without any operator: no custom resource is among its objects", () => {
        assert.deepEqual(three.recording.objects.filter(({ type }) => /rabbitmq\.com/.test(type)), []);
        assert.equal(three.recording.object("StatefulSet", "broker").inputs.spec.replicas, 3);
    });

    it("E-76: has the five ports, of which its Service offers those for clients, management and metrics", () => {
        assert.deepEqual(node.ports.map((port: Inputs) => port.containerPort), [5672, 15672, 15692, 4369, 25672]);
        const { spec } = three.recording.object("Service", "broker").inputs;
        assert.equal(spec.type, "ClusterIP");
        assert.deepEqual(spec.ports.map((port: Inputs) => port.port), [5672, 15672, 15692]);
    });

    it("E-25: a further Service leads to the same pods", () => {
        const { spec } = three.recording.object("Service", "rabbitmq").inputs;
        assert.deepEqual(spec.selector, three.recording.object("Service", "broker").inputs.spec.selector);
        assert.deepEqual(spec.ports.map((port: Inputs) => port.port), [5672]);
    });

    it("E-85: each node claims a volume, which outlives it", () => {
        const [claim] = three.recording.object("StatefulSet", "broker").inputs.spec.volumeClaimTemplates;
        assert.equal(claim.spec.resources.requests.storage, "20Gi");
        assert.equal(node.volumeMounts.find((mount: Inputs) => mount.name === claim.metadata.name).mountPath, "/var/lib/rabbitmq/mnesia");
    });

    it("E-87: nodes stay on different nodes of the cluster, in different zones where there are any", async () => {
        const { recording } = await record({ nodes: 3, spread: { apart: true, strict: true, zones: true } });
        const { affinity, topologySpreadConstraints } = recording.object("StatefulSet", "broker").inputs.spec.template.spec;
        const [term] = affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution;
        assert.equal(term.topologyKey, "kubernetes.io/hostname");
        assert.deepEqual(topologySpreadConstraints.map((constraint: Inputs) => constraint.topologyKey), ["topology.kubernetes.io/zone"]);
    });

    it("E-88: one node at a time may be evicted, which leaves a majority", () => {
        assert.equal(three.recording.object("PodDisruptionBudget", "broker").inputs.spec.maxUnavailable, 1);
    });

    it("E-88: before a node ends it waits until the queues can do without it; a single one does not wait in vain", async () => {
        assert.match(node.lifecycle.preStop.exec.command.join(" "), /await_online_quorum_plus_one/);
        const one = await record();
        assert.equal(container(one.recording, "StatefulSet", "broker", "rabbitmq").lifecycle, undefined);
    });

    it("E-89 E-119: users have generated passwords; guest is none of them, and no ConfigMap holds a hash or a password", () => {
        const definitions = three.recording.object("Secret", "broker-definitions");
        const { users } = JSON.parse(definitions.inputs.stringData["definitions.json"]);
        assert.deepEqual(users.map((user: Inputs) => user.name), ["orders"]);
        assert.equal(definitions.shown.stringData, secretMark);
        assert.equal(three.recording.object("Secret", "broker-orders").shown.stringData, secretMark);
        const open = [...three.recording.ofKind("ConfigMap").map(({ inputs }) => inputs.data), three.recording.object("StatefulSet", "broker").inputs];
        assert.ok(!JSON.stringify(open).includes(canary));
        assert.ok(!JSON.stringify(open).includes(users[0].password_hash));
    });

    it("E-155 E-157: nodes reach each other for clustering and nobody else does; no node reaches the API server", () => {
        const broker = podsOf(three, "broker");
        for (const port of [4369, 25672]) {
            assert.ok(reaches(three, broker, { ...broker, name: "peer" }, port), String(port));
            assert.ok(!reaches(three, podsOf(three, "api"), broker, port), String(port));
        }
        assert.ok(reaches(three, podsOf(three, "api"), broker, 5672));
        assert.ok(!reaches(three, podsOf(three, "api"), broker, 15672));
        assert.ok(!reaches(three, broker, { name: "api-server", address: "203.0.113.1" }, 6443));
        assert.equal(three.recording.object("StatefulSet", "broker").inputs.spec.template.spec.automountServiceAccountToken, false);
        assert.equal(three.recording.ofKind("Role").length, 0);
    });

    it("E-209: runs as 999 with a read-only root; the cookie is copied to where only its owner reads it", () => {
        const pod = three.recording.object("StatefulSet", "broker").inputs.spec.template.spec;
        assert.equal(pod.securityContext.runAsUser, 999);
        assert.equal(node.securityContext.readOnlyRootFilesystem, true);
        assert.deepEqual(pod.initContainers[0].command.slice(0, 3), ["install", "-m", "600"]);
    });

    it("probes ask rabbitmq-diagnostics, and liveness does not ask what readiness asks", () => {
        const command = (probe: string): string[] => node[probe].exec.command;
        assert.deepEqual(["startupProbe", "readinessProbe", "livenessProbe"].map(probe => command(probe)[0]), Array(3).fill("rabbitmq-diagnostics"));
        assert.notDeepEqual(command("readinessProbe"), command("livenessProbe"));
    });

    it("a user's Secret is where its consumer runs, with an address that is right from there", async () => {
        const { recording } = await recordStore(scope => {
            const graph = scope.graph;
            const other = new PlatformNamespace("elsewhere", { platform: "shop", environment: environmentDefaults("prod"), graph }).scope;
            createRabbitmq("broker", scope, { ...args, users: { orders: { scope: other, secretName: "orders-rabbitmq" } } });
        });
        const { metadata, stringData } = recording.object("Secret", "orders-rabbitmq").inputs;
        assert.equal(metadata.namespace, "elsewhere");
        assert.equal(stringData.url, `amqp://orders:${stringData.password}@broker.shop.svc:5672`);
    });

    it("an even number of nodes, an unknown user and too small a volume are refused with their names", async () => {
        await assert.rejects(record({ nodes: 2 }), /broker has 2 nodes; allowed is an odd number/);
        await assert.rejects(record({ users: {} }), /broker has no user "orders"; it has none/);
        await assert.rejects(record({ storage: { size: "1Gi", storageClass: null } }), /broker: a volume of 1Gi/);
    });
});

describe("RabbitMQ under its operator", () => {
    let store: StoreRecording;
    before(async () => {
        store = await record({ form: "operator", nodes: 3, plugins: ["rabbitmq_shovel"], limits: { memoryWatermark: 0.8, diskFree: { relative: 2 } } });
    });

    it("E-72: one RabbitmqCluster stands in place of the StatefulSet, with the same settings", () => {
        assert.equal(store.recording.ofKind("StatefulSet").length, 0);
        const { apiVersion, spec } = store.recording.object("RabbitmqCluster", "broker").inputs;
        assert.equal(apiVersion, "rabbitmq.com/v1beta1");
        assert.equal(spec.replicas, 3);
        assert.deepEqual(spec.rabbitmq.additionalPlugins, ["rabbitmq_shovel"]);
        assert.match(spec.rabbitmq.additionalConfig, /^vm_memory_high_watermark\.relative = 0\.8$/m);
        assert.doesNotMatch(spec.rabbitmq.additionalConfig, /total_memory_available|peer_discovery|partition_handling/);
    });

    it("E-88: one of its nodes at a time may be evicted", () => {
        const { spec } = store.recording.object("PodDisruptionBudget", "broker").inputs;
        assert.equal(spec.maxUnavailable, 1);
        assert.deepEqual(spec.selector.matchLabels, { "app.kubernetes.io/name": "broker", "app.kubernetes.io/component": "rabbitmq" });
    });

    it("E-89: loads the same definitions, from the Secret", () => {
        const { containers: [node], volumes: [volume] } = store.recording.object("RabbitmqCluster", "broker").inputs
            .spec.override.statefulSet.spec.template.spec;
        assert.equal(volume.secret.secretName, "broker-definitions");
        assert.equal(node.volumeMounts[0].name, volume.name);
    });
});
