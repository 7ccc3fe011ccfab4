import assert from "node:assert/strict";
import type { NatsArgs } from "../../../components/data/nats/contract";
import { createNats } from "../../../components/data/nats/forms";
import { fileStoreOf, goMemoryLimit, natsConfiguration } from "../../../components/data/nats/configuration";
import { streamFiles } from "../../../components/data/nats/streams";
import { resources } from "../../../components/kit/resources";
import type { StoreRecording } from "../../harness/stores";
import { variablesOf } from "../../harness/pods";
import { container, podsOf, reaches, recordStore } from "../../harness/stores";

const args: NatsArgs = {
    storage: { size: "10Gi", storageClass: null },
    resources: resources("100m/256Mi", "500m/512Mi"),
    users: { api: {} },
};

describe("Nats", () => {
    let single: StoreRecording;
    let cluster: StoreRecording;
    before(async () => {
        single = await recordStore(scope => createNats("nats", scope, { ...args, nodes: 1 }).user("api"), "dev");
        cluster = await recordStore(scope => createNats("nats", scope, { ...args, nodes: 3, authentication: true }).user("api"));
    });

    it("S-33 S-34: one server has a claim, three have a template; only three have a cluster port", () => {
        assert.equal(single.recording.has("PersistentVolumeClaim", "nats-data"), true);
        assert.equal(single.recording.object("StatefulSet", "nats").inputs.spec.volumeClaimTemplates, undefined);
        assert.equal(cluster.recording.has("PersistentVolumeClaim", "nats-data"), false);
        assert.equal(cluster.recording.object("StatefulSet", "nats").inputs.spec.volumeClaimTemplates[0].metadata.name, "nats-data");
        const ports = ({ recording }: StoreRecording): string[] =>
            container(recording, "StatefulSet", "nats").ports.map(({ name }: { name: string }) => name);
        assert.deepEqual([ports(single), ports(cluster)], [["client", "monitor"], ["client", "monitor", "cluster"]]);
        const quota = cluster.recording.object("ResourceQuota", "quota").inputs.spec.hard;
        assert.deepEqual([quota.persistentvolumeclaims, quota["requests.storage"]], ["6", "61440Mi"]);
    });

    it("S-35: consumers get a URL, with the password that the kubelet puts in where there is one", () => {
        assert.deepEqual(single.variables, { NATS_URL: "nats://nats:4222" });
        assert.deepEqual(cluster.variables,
            { NATS_PASSWORD: "nats-api/NATS_PASSWORD", NATS_URL: "nats://api:$(NATS_PASSWORD)@nats:4222" });
    });

    it("S-35 S-48: the configuration holds no password; the server gets each one in quotes", () => {
        const text: string = cluster.recording.object("ConfigMap", "nats-config").inputs.data["nats.conf"];
        assert.match(text, /password: \$NATS_API_PASSWORD_QUOTED\n/);
        assert.doesNotMatch(text, /CANARY/);
        const variables = variablesOf(container(cluster.recording, "StatefulSet", "nats"));
        assert.equal(variables["NATS_API_PASSWORD"], "nats-api/NATS_PASSWORD");
        assert.equal(variables["NATS_API_PASSWORD_QUOTED"], "\"$(NATS_API_PASSWORD)\"");
    });

    it("S-53 S-74: consumers reach the client port alone, servers also each other's cluster port", () => {
        const nats = podsOf(cluster, "nats");
        const open = (from: string, port: number): boolean => reaches(cluster, podsOf(cluster, from), nats, port);
        assert.deepEqual([4222, 6222, 8222].map(port => open("api", port)), [true, false, false]);
        assert.equal(open("nats", 6222), true);
    });

    it("S-34: an even number of servers is refused, for it survives no more failures than one less", async () => {
        await assert.rejects(recordStore(scope => createNats("nats", scope, { ...args, nodes: 2 }).user("api")), /nats has 2 nodes; allowed is an odd/);
    });

    it("S-35: a user that does not exist is named, with those that do", async () => {
        await assert.rejects(recordStore(scope => createNats("nats", scope, { ...args, nodes: 1 }).user("mail")), /nats has no user "mail"; it has api/);
    });

    it("S-36: the Job that creates streams may do that and nothing else, and consumers wait for it", async () => {
        const streams = [{ name: "ORDERS", subjects: ["orders.>"], maximumSize: "64Mi" }];
        const { recording } = await recordStore(scope => createNats("nats", scope, { ...args, nodes: 1, authentication: true, streams }).user("api"));
        const text: string = recording.object("ConfigMap", "nats-config").inputs.data["nats.conf"];
        assert.match(text, /user: "provisioner"[^}]*publish: \["\$JS\.API\.>"\][^}]*subscribe: \["_INBOX\.>"\]/);
        const job = recording.object("Job", "nats-streams");
        assert.ok(recording.before(recording.object("Deployment", "api")).has(job.urn));
        assert.equal(variablesOf(job.inputs.spec.template.spec.containers[0])["NATS_URL"], "nats://provisioner:$(NATS_PASSWORD)@nats:4222");
    });

    it("S-33: the store stays below the volume, and Go's memory below the limit", () => {
        assert.equal(fileStoreOf("10Gi"), Math.floor(10 * 2 ** 30 * 0.9));
        assert.equal(goMemoryLimit("256Mi"), "231MiB");
    });

    it("quotes what it writes into the configuration", () => {
        const text = natsConfiguration({
            clusterName: "nats", routes: [], maximumFileStore: 1, maximumMemoryStore: "1MB",
            users: [{ name: "a\"b", passwordVariable: "A", permissions: { publish: ["x y"], subscribe: [] } }],
        });
        assert.match(text, /user: "a\\"b"/);
        assert.match(text, /publish: \["x y"\]/);
    });

    it("S-36: a stream's name must be one, and its limits come in JetStream's units", () => {
        assert.throws(() => streamFiles([{ name: "a.b", subjects: ["a"], maximumSize: "1Mi" }], 1), /stream "a\.b" is not allowed/);
        const [text] = Object.values(streamFiles([{ name: "A", subjects: ["a.>"], maximumSize: "1Mi", maximumAgeDays: 2 }], 3));
        const { max_bytes, max_age, num_replicas } = JSON.parse(text ?? "{}");
        assert.deepEqual([max_bytes, max_age, num_replicas], [2 ** 20, 172_800e9, 3]);
    });
});
