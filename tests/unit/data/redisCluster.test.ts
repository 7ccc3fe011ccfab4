import assert from "node:assert/strict";
import type { RedisClusterArgs } from "../../../components/data/redis/cluster";
import { RedisCluster } from "../../../components/data/redis/cluster";
import { images } from "../../../components/kit/images";
import { resources } from "../../../components/kit/resources";
import type { StoreRecording } from "../../harness/stores";
import { variablesOf } from "../../harness/pods";
import { container, podsOf, reaches, recordStore } from "../../harness/stores";

const args: RedisClusterArgs = { image: images.redis, maximumMemory: "128mb", resources: resources("100m/64Mi", "200m/192Mi") };

describe("RedisCluster", () => {
    let masters: StoreRecording;
    let withReplicas: StoreRecording;
    before(async () => {
        masters = await recordStore(scope => new RedisCluster("redis", scope, args));
        withReplicas = await recordStore(scope => new RedisCluster("redis", scope, {
            ...args, replicasPerMaster: 1, authentication: true, storage: "2Gi", storageClass: "fast",
        }));
    });

    it("T-145: a StatefulSet of three masters in cluster mode, a headless Service and a Job that forms the cluster", () => {
        const { spec } = masters.recording.object("StatefulSet", "redis").inputs;
        assert.equal(spec.replicas, 3);
        assert.equal(masters.recording.object("Service", spec.serviceName).inputs.spec.clusterIP, "None");
        const flags: string[] = container(masters.recording, "StatefulSet", "redis").args;
        assert.equal(flags[flags.indexOf("--cluster-enabled") + 1], "yes");
        const { ENDPOINTS, REPLICAS_PER_MASTER } = variablesOf(container(masters.recording, "Job", "redis-cluster-create"));
        assert.equal(ENDPOINTS, [0, 1, 2].map(ordinal => `redis-${ordinal}.redis-headless:6379`).join(" "));
        assert.equal(REPLICAS_PER_MASTER, "0");
    });

    it("T-145: the Job waits for the servers, and consumers wait for the Job", () => {
        const { recording } = masters;
        const servers = recording.object("StatefulSet", "redis").urn;
        const job = recording.object("Job", "redis-cluster-create");
        assert.ok(recording.before(job).has(servers));
        assert.ok(recording.before(recording.object("Deployment", "api")).has(job.urn));
    });

    it("T-146: with a replica per master there are six pods", () => {
        assert.equal(withReplicas.recording.object("StatefulSet", "redis").inputs.spec.replicas, 6);
        const { ENDPOINTS, REPLICAS_PER_MASTER } = variablesOf(container(withReplicas.recording, "Job", "redis-cluster-create"));
        assert.match(String(ENDPOINTS), /redis-5\.redis-headless:6379$/);
        assert.equal(REPLICAS_PER_MASTER, "1");
    });

    it("T-145: the bus port is open among the nodes, and only there", () => {
        const [redis, job, api] = [podsOf(masters, "redis"), podsOf(masters, "redis-cluster-create"), podsOf(masters, "api")];
        assert.equal(reaches(masters, redis, redis, 16379), true);
        assert.equal(reaches(masters, redis, redis, 6379), true);
        for (const client of [job, api]) {
            assert.equal(reaches(masters, client, redis, 6379), true, client.name);
            assert.equal(reaches(masters, client, redis, 16379), false, client.name);
        }
    });

    it("T-145: each node remembers the cluster on a volume of its own, which the quota counts", () => {
        const [claim] = withReplicas.recording.object("StatefulSet", "redis").inputs.spec.volumeClaimTemplates;
        assert.equal(claim.spec.resources.requests.storage, "2Gi");
        assert.equal(claim.spec.storageClassName, "fast");
        const { volumeMounts } = container(withReplicas.recording, "StatefulSet", "redis");
        assert.deepEqual(volumeMounts, [{ name: claim.metadata.name, mountPath: "/data" }]);
        const { hard } = withReplicas.recording.object("ResourceQuota", "quota").inputs.spec;
        assert.equal(hard.persistentvolumeclaims, "9");
        assert.equal(hard["requests.storage"], "18432Mi");
    });

    it("T-147: one node at a time may be evicted", () => {
        assert.equal(masters.recording.object("PodDisruptionBudget", "redis").inputs.spec.maxUnavailable, 1);
    });

    it("T-51 T-145: consumers, servers and the Job know the password by reference", () => {
        assert.deepEqual(masters.variables, { REDIS_HOST: "redis", REDIS_PORT: "6379" });
        assert.deepEqual(withReplicas.variables,
            { REDIS_HOST: "redis", REDIS_PORT: "6379", REDIS_PASSWORD: "redis-secret/REDIS_PASSWORD" });
        for (const [kind, name] of [["StatefulSet", "redis"], ["Job", "redis-cluster-create"]] as const) {
            assert.equal(variablesOf(container(withReplicas.recording, kind, name))["REDISCLI_AUTH"], "redis-secret/REDIS_PASSWORD");
        }
    });

    it("T-48: a memory limit below 1.4 times the memory for data is refused", async () => {
        const tooSmall = { ...args, resources: resources("100m/64Mi", "200m/128Mi") };
        await assert.rejects(recordStore(scope => new RedisCluster("redis", scope, tooSmall)), /raise the limit to 180Mi/);
    });
});
