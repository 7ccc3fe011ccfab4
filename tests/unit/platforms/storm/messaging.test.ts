import assert from "node:assert/strict";
import { amounts } from "../../../harness/pods";
import { container, object, perStack, pods, stacks, storm } from "../../../harness/platforms/storm";

const configuration = async (stack: (typeof stacks)[number], settings = {}): Promise<string> =>
    (await object(stack, "ConfigMap", "nats-config", settings)).data["nats.conf"];

describe("Storm's NATS", () => {
    it("S-32: is pinned, with the ports of clients and of monitoring, and JetStream on", async () => {
        for (const stack of stacks) {
            const rendered = await container(stack, "nats");
            assert.match(rendered.image, /^nats:2\.15\.\d+-alpine$/);
            assert.deepEqual((await object(stack, "Service", "nats")).spec.ports
                .map(({ name, port }: { name: string; port: number }) => [name, port]), [["client", 4222], ["monitor", 8222]]);
            assert.match(await configuration(stack), /^jetstream \{$/m);
        }
    });

    it("S-33 S-94: stores in its volume, nine tenths of it at most; one claim for one server, three for three", async () => {
        const gibibyte = 2 ** 30;
        const sizes = [gibibyte, 5 * gibibyte, 10 * gibibyte];
        for (const [index, stack] of stacks.entries()) {
            const text = await configuration(stack);
            assert.match(text, /store_dir: "\/data"/);
            assert.match(text, /max_memory_store: 64MB/);
            assert.equal(Number(/max_file_store: (\d+)/.exec(text)?.[1]), Math.floor((sizes[index] ?? 0) * 0.9));
            assert.deepEqual((await container(stack, "nats")).volumeMounts.find(({ mountPath }) => mountPath === "/data")?.name, "nats-data");
        }
        for (const [stack, size] of [["dev", "1Gi"], ["staging", "5Gi"]] as const) {
            assert.equal((await object(stack, "PersistentVolumeClaim", "nats-data")).spec.resources.requests.storage, size);
        }
        const { volumeClaimTemplates } = (await object("prod", "StatefulSet", "nats")).spec;
        assert.deepEqual(volumeClaimTemplates.map(({ metadata, spec }: { metadata: { name: string }; spec: { resources: unknown } }) =>
            [metadata.name, spec.resources]), [["nats-data", { requests: { storage: "10Gi" } }]]);
    });

    it("S-33: ephemeral keeps events in the pod, in dev only", async () => {
        const settings = { nats: { ephemeral: true } };
        assert.equal((await storm("dev", settings)).recording.has("PersistentVolumeClaim", "nats-data"), false);
        const { volumes = [] } = (await pods("dev", "nats", settings)).template.spec;
        assert.equal(volumes.find(({ name }) => name === "nats-data")?.emptyDir?.sizeLimit, "256Mi");
        assert.match(await configuration("dev", settings), /max_file_store: 241591910$/m, "nine tenths");
        // Full to the last byte, the store leaves the container's logs the room that they have with a volume.
        const disk = async (values: object): Promise<unknown> =>
            (await container("dev", "nats", { ...values })).resources.limits["ephemeral-storage"];
        assert.deepEqual([await disk({}), await disk(settings)], ["128Mi", "384Mi"]);
        await assert.rejects(storm("prod", settings), /nats\.ephemeral is true; allowed is false/);
    });

    it("S-34 S-94: one server in dev and staging; three in prod with routes, on nodes of their own", async () => {
        assert.deepEqual(await perStack(async stack => (await object(stack, "StatefulSet", "nats")).spec.replicas), [1, 1, 3]);
        assert.doesNotMatch(await configuration("staging"), /cluster/);
        const text = await configuration("prod");
        for (const ordinal of [0, 1, 2]) {
            assert.ok(text.includes(`"nats://nats-${ordinal}.nats-headless:6222"`), text);
        }
        const { spec } = await object("prod", "Service", "nats-headless");
        assert.deepEqual([spec.clusterIP, spec.publishNotReadyAddresses], ["None", true]);
        const [node] = (await pods("prod", "nats")).template.spec.topologySpreadConstraints ?? [];
        assert.deepEqual([node?.topologyKey, node?.whenUnsatisfiable, node?.maxSkew], ["kubernetes.io/hostname", "DoNotSchedule", 1]);
        assert.equal((await object("prod", "PodDisruptionBudget", "nats")).spec.maxUnavailable, 1);
        await assert.rejects(storm("prod", { nats: { nodes: 2 } }), /nats\.nodes is 2; allowed is an odd number/);
    });

    it("S-34 S-36: a Job creates the streams of the settings, with a copy on each server", async () => {
        const settings = { nats: { streams: [{ name: "MESSAGES", subjects: ["messages.>"], maximumSize: "512Mi" }] } };
        for (const [stack, replicas] of [["dev", 1], ["prod", 3]] as const) {
            const stream = JSON.parse((await object(stack, "ConfigMap", "nats-streams", settings)).data["MESSAGES.json"]);
            assert.deepEqual([stream.subjects, stream.storage, stream.max_bytes, stream.max_age / 86_400e9, stream.num_replicas],
                [["messages.>"], "file", 512 * 2 ** 20, 7, replicas]);
        }
        assert.equal((await storm("prod")).recording.has("Job", "nats-streams"), false);
    });

    it("S-35 S-95: each service is a user with a generated password and the permissions of the settings; dev has none", async () => {
        assert.doesNotMatch(await configuration("dev"), /authorization/);
        for (const stack of ["staging", "prod"] as const) {
            const { recording } = await storm(stack);
            const text = await configuration(stack);
            assert.deepEqual([...text.matchAll(/user: "(.*)"/g)].map(([, user]) => user), ["gateway", "message", "media"]);
            for (const user of ["gateway", "message", "media"]) {
                const { stringData } = recording.object("Secret", `nats-${user}-credentials`).inputs;
                assert.equal(stringData.NATS_USER, user);
                assert.match(stringData.NATS_PASSWORD, /^CANARY-/);
            }
        }
        const permissions = { gateway: { publish: ["requests.>"], subscribe: ["_INBOX.>"] } };
        const text = await configuration("prod", { nats: { permissions } });
        assert.match(text, /user: "gateway"[^}]*publish: \["requests\.>"\][^}]*subscribe: \["_INBOX\.>"\]/);
    });

    it("S-37: the three probes, the resources, and an exporter in staging and prod", async () => {
        for (const stack of stacks) {
            const { startupProbe, readinessProbe, livenessProbe } = await container(stack, "nats");
            const get = (path: string) => ({ path, port: "monitor" });
            assert.deepEqual([startupProbe.httpGet, startupProbe.periodSeconds, startupProbe.failureThreshold], [get("/healthz"), 5, 180]);
            assert.deepEqual([readinessProbe.httpGet, readinessProbe.periodSeconds], [get("/healthz?js-server-only=true"), 10]);
            assert.deepEqual([livenessProbe.httpGet, livenessProbe.periodSeconds], [get("/healthz?js-enabled-only=true"), 30]);
        }
        const small = ["50m/64Mi", "250m/256Mi"];
        assert.deepEqual(await perStack(async stack => amounts(await container(stack, "nats"))), [small, small, ["100m/256Mi", "500m/512Mi"]]);
        const sidecars = await perStack(async stack => (await pods(stack, "nats")).template.spec.containers.slice(1).map(({ ports }) => ports));
        const exporter = [[{ name: "metrics", containerPort: 7777, protocol: "TCP" }]];
        assert.deepEqual(sidecars, [[], exporter, exporter]);
    });
});
