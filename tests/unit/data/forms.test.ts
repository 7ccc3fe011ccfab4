import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { Minio } from "../../../components/data/minio/minio";
import type { MinioArgs } from "../../../components/data/minio/minio";
import { createNats } from "../../../components/data/nats/forms";
import type { NatsArgs } from "../../../components/data/nats/contract";
import type { PostgresDatabaseArgs } from "../../../components/data/postgres/contract";
import { createPostgres } from "../../../components/data/postgres/forms";
import type { RabbitmqArgs } from "../../../components/data/rabbitmq/contract";
import { createRabbitmq } from "../../../components/data/rabbitmq/forms";
import { createRedis } from "../../../components/data/redis/forms";
import type { RedisServerArgs } from "../../../components/data/redis/server";
import { RedisStore } from "../../../components/data/redis/store";
import type { Connectable } from "../../../components/kit/connection";
import { images } from "../../../components/kit/images";
import { resources } from "../../../components/kit/resources";
import type { Scope } from "../../../components/kit/scope";
import type { Inputs } from "../../harness/mocks";
import type { StoreRecording } from "../../harness/stores";
import { podsOf, reaches, recordStore } from "../../harness/stores";

/** One form of a store, whose consumer connects to it under the store's own variables. */
interface Form {
    readonly store: string;
    /** Requirements that ask for several forms, or for what all have in common. */
    readonly ids: string;
    readonly form: string;
    readonly build: (scope: Scope) => Connectable;
    /** More than one pod answers, so that one of them may be evicted. */
    readonly replicated?: boolean;
    /** The Secret that consumers read, and the keys that they read of it. */
    readonly secret: string;
    readonly keys: readonly string[];
}

const claimed = { size: "20Gi", storageClass: null };
const redis: RedisServerArgs = {
    image: images.redis, maximumMemory: "128mb", resources: resources("100m/64Mi", "200m/192Mi"), authentication: true,
};
const postgres: PostgresDatabaseArgs = {
    image: images.postgres16, database: "shop_db", user: "shop", storage: "2Gi", storageClass: null,
    resources: resources("250m/256Mi", "500m/512Mi"), networkPolicyName: "store-network-policy",
    initialization: { jobName: "shop-db-init", config: { name: "shop-sql", files: { "init.sql": "SELECT 1" } } },
};
const rabbitmq: RabbitmqArgs = {
    storage: claimed, resources: resources("500m/1Gi", "1/2Gi"), users: { orders: {} }, aliases: ["messages"],
    networkPolicyName: "store-network-policy", spread: { apart: true, strict: false, zones: true },
};
const nats: NatsArgs = {
    storage: claimed, resources: resources("100m/256Mi", "500m/512Mi"), users: { api: {} }, authentication: true, exporter: true,
};
const minio: Omit<MinioArgs, "storage"> = {
    resources: resources("100m/256Mi", "250m/512Mi"), buckets: [{ name: "media" }],
    users: { media: { credentials: { secretName: "media-keys", keys: { accessKey: "ACCESS", secretKey: "SECRET" } }, buckets: ["media"] } },
};

const ofRedis = { store: "Redis", ids: "T-145 T-147", secret: "store-secret", keys: ["REDIS_PASSWORD"] };
// The operator demands names of its own for the keys.
const ofPostgres = { store: "PostgreSQL", ids: "T-144 T-147", secret: "store-secret" };
const ofRabbitmq = { store: "RabbitMQ", ids: "E-72 E-88", secret: "store-orders", keys: ["username", "password"] };
const ofNats = { store: "NATS", ids: "S-34", secret: "store-api", keys: ["NATS_PASSWORD"] };
const ofMinio = { store: "MinIO", ids: "E-26", secret: "media-keys", keys: ["ACCESS", "SECRET"] };

const forms: readonly Form[] = [
    { ...ofRedis, form: "single", build: scope => createRedis("store", scope, { form: "single", ...redis }) },
    { ...ofRedis, form: "sentinel", build: scope => createRedis("store", scope, { form: "sentinel", ...redis }), replicated: true },
    { ...ofRedis, form: "cluster", build: scope => createRedis("store", scope, { form: "cluster", ...redis }), replicated: true },
    { ...ofRedis, form: "store", build: scope => new RedisStore("store", scope, { ...redis, storage: claimed }) },
    {
        ...ofPostgres, form: "single", keys: ["POSTGRES_USER", "POSTGRES_PASSWORD"],
        build: scope => createPostgres("store", scope, { form: "single", ...postgres }),
    },
    {
        ...ofPostgres, form: "ha", keys: ["username", "password"], replicated: true,
        build: scope => createPostgres("store", scope, { form: "ha", ...postgres }),
    },
    { ...ofRabbitmq, form: "own", build: scope => createRabbitmq("store", scope, { form: "own", ...rabbitmq }).user("orders") },
    { ...ofRabbitmq, form: "operator", build: scope => createRabbitmq("store", scope, { form: "operator", ...rabbitmq }).user("orders") },
    {
        ...ofRabbitmq, form: "own, three nodes", replicated: true,
        build: scope => createRabbitmq("store", scope, { form: "own", nodes: 3, ...rabbitmq }).user("orders"),
    },
    {
        ...ofRabbitmq, form: "operator, three nodes", replicated: true,
        build: scope => createRabbitmq("store", scope, { form: "operator", nodes: 3, ...rabbitmq }).user("orders"),
    },
    { ...ofNats, form: "one server", build: scope => createNats("store", scope, { nodes: 1, ...nats }).user("api") },
    { ...ofNats, form: "three servers", build: scope => createNats("store", scope, { nodes: 3, ...nats }).user("api"), replicated: true },
    { ...ofMinio, form: "claimed", build: scope => new Minio("store", scope, { ...minio, storage: claimed }).user("media") },
    { ...ofMinio, form: "ephemeral", build: scope => new Minio("store", scope, { ...minio, storage: { ephemeral: "20Gi" } }).user("media") },
];

/** Names of the alerts that travel with the store's workloads. */
function alertsOf({ graph }: StoreRecording): string[] {
    return graph.workloads.flatMap(({ telemetry = [] }) => telemetry).flatMap(({ alerts }) => alerts.map(({ name }) => name)).sort();
}

/** The workload that consumers reach. */
function clientPods(recorded: StoreRecording): StoreRecording["graph"]["workloads"][number] {
    const edge = recorded.graph.edges.find(({ from, to }) => from.name === "api" && to.type === "workload");
    assert.ok(edge?.to.type === "workload");
    return edge.to;
}

const recorded = new Map<Form, Promise<StoreRecording>>();
function recordedForm(form: Form): Promise<StoreRecording> {
    const known = recorded.get(form) ?? recordStore(form.build);
    recorded.set(form, known);
    return known;
}

describe("forms of the stores", () => {
    for (const form of forms) {
        const others = forms.filter(({ store }) => store === form.store);
        const title = `${form.ids}: ${form.store}, ${form.form}`;

        it(`${title}: consumers get the same variables, from a Secret that has the keys`, async () => {
            const { variables, recording } = await recordedForm(form);
            const [first] = await Promise.all(others.map(recordedForm));
            assert.deepEqual(Object.keys(variables).sort(), Object.keys(first?.variables ?? {}).sort());
            const references = Object.values(variables).filter(value => value.startsWith(`${form.secret}/`)).map(value => value.split("/")[1]);
            assert.deepEqual(references, form.keys);
            const content = recording.object("Secret", form.secret).inputs.stringData;
            assert.deepEqual(form.keys.filter(key => content[key] === undefined), []);
            assert.deepEqual(Object.values(variables).filter(value => value === "store" || value.includes("store:")).length > 0, true,
                "the host is the store's own name");
        });

        it(`${title}: its consumer reaches it on the same port and a stranger does not, by policies on both sides`, async () => {
            const store = await recordedForm(form);
            const [first] = await Promise.all(others.map(recordedForm));
            const edges = ({ graph }: StoreRecording): number[] => graph.edges.filter(({ from, to }) => from.name === "api" && to.type === "workload")
                .flatMap(({ ports }) => ports.map(({ number }) => number));
            assert.deepEqual(edges(store), edges(first as StoreRecording));
            const node = clientPods(store);
            const pods = { name: node.name, namespace: node.namespace, labels: node.selector };
            for (const port of edges(store)) {
                assert.ok(reaches(store, podsOf(store, "api"), pods, port));
                assert.ok(!reaches(store, { name: "stranger", namespace: "shop", labels: { app: "stranger" } }, pods, port));
            }
            const policies = store.recording.ofKind("NetworkPolicy").map(({ inputs }) => inputs as Inputs);
            assert.ok(policies.some(({ metadata, spec }) => metadata.name === (node.networkPolicyName ?? node.name)
                && isDeepStrictEqual(spec.podSelector.matchLabels, node.selector)));
        });

        it(`${title}: a disruption budget lets one pod go where there are several, and there is none for a single one`, async () => {
            const { recording } = await recordedForm(form);
            const budgets = recording.ofKind("PodDisruptionBudget").map(({ inputs }) => inputs.spec.maxUnavailable);
            assert.equal(budgets.length > 0, form.replicated ?? false);
            assert.deepEqual(budgets.filter(count => count !== 1), []);
        });

        if (form.store !== "MinIO") {
            it(`${title}: serves metrics, and brings at least the alerts that all forms have`, async () => {
                const store = await recordedForm(form);
                assert.ok(store.graph.workloads.some(({ metricsPort }) => metricsPort !== undefined));
                const all = await Promise.all(others.map(recordedForm));
                const common = alertsOf(all[0] as StoreRecording).filter(name => all.every(other => alertsOf(other).includes(name)));
                assert.ok(common.some(name => /Down$/.test(name)), common.join(", "));
                assert.ok(common.length >= 4, common.join(", "));
            });
        }
    }

    it("E-87 F21: RabbitMQ is spread the same whoever runs its nodes", async () => {
        const [own, operated] = await Promise.all(["own, three nodes", "operator, three nodes"]
            .map(name => recordedForm(forms.find(({ form }) => form === name) as Form)));
        const ours = own?.recording.object("StatefulSet", "store").inputs.spec.template.spec;
        const { affinity, override } = operated?.recording.object("RabbitmqCluster", "store").inputs.spec ?? {};
        const { topologySpreadConstraints } = override.statefulSet.spec.template.spec;
        const unselected = (content: object): unknown =>
            JSON.parse(JSON.stringify(content), (key, value: unknown) => (key === "matchLabels" ? undefined : value));
        assert.deepEqual(unselected(affinity), unselected(ours.affinity));
        assert.deepEqual(unselected(topologySpreadConstraints), unselected(ours.topologySpreadConstraints));
    });

    it("E-26 S-33 F22: a folder of 20 GiB that goes with the pod is within the container's disk", async () => {
        const { recording } = await recordedForm(forms.find(({ form }) => form === "ephemeral") as Form);
        const { containers: [server], volumes } = recording.object("StatefulSet", "store").inputs.spec.template.spec;
        assert.equal(volumes.find(({ name }: Inputs) => name === "data").emptyDir.sizeLimit, "20Gi");
        assert.equal(server.resources.limits["ephemeral-storage"], `${20 * 1024 + 128}Mi`);
    });

    it("G-59: every component says where it is, a store also its host, its port and its Secrets; nothing of it is secret", async () => {
        for (const form of forms) {
            const { recording } = await recordedForm(form);
            const components = recording.registrations.filter(({ type }) => type.startsWith("platforms:"));
            assert.deepEqual(components.filter(({ outputs }) => !outputs.namespace && !outputs.namespaces).map(({ name }) => name), []);
            assert.ok(!JSON.stringify(components.map(({ outputs }) => outputs)).includes("secret]"));
            const store = components.find(({ type, name }) => type.startsWith("platforms:data:") && name === "shop-store");
            assert.ok(store, `${form.store} ${form.form}`);
            const { host, port, secrets } = store.outputs;
            assert.equal(host, "store.shop.svc.cluster.local", form.store);
            assert.match(port, /^\d+$/);
            assert.ok(secrets.includes(form.secret), form.store);
        }
    });
});
