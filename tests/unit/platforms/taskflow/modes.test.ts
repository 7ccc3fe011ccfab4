import assert from "node:assert/strict";
import { podsOf, variablesOf } from "../../../harness/pods";
import type { Policy } from "../../../harness/reachability";
import { endpointOf, reachableConnections } from "../../../harness/reachability";
import { object, stacks, taskflow } from "../../../harness/platforms/taskflow";

/** Workloads of the program whose pods may open a connection to pods of Service `redis` or `postgres` on their own port. */
async function clients(settings: object, port: number): Promise<string[]> {
    const { recording } = await taskflow("prod", { ...settings });
    const pods = podsOf(recording).map(endpointOf);
    return reachableConnections(recording.ofKind("NetworkPolicy").map(({ inputs }) => inputs as Policy), pods, [{ port }]);
}

describe("TaskFlow modes of its stores", () => {
    it("T-146: one Redis in dev and staging, sentinels in prod, under the same address", async () => {
        for (const stack of stacks) {
            const { recording } = await taskflow(stack);
            const sentinels = podsOf(recording).filter(({ name }) => name.includes("sentinel"));
            assert.equal(sentinels.length > 0, stack === "prod");
            assert.ok(recording.has("Service", "redis"));
            const { REDIS_HOST: host, REDIS_PORT: port } = (await object(stack, "ConfigMap", "backend-config")).data;
            assert.deepEqual([host, port], ["redis", "6379"]);
        }
    });

    it("T-145: the stack config renders the exercise's cluster in its place", async () => {
        const { recording } = await taskflow("prod", { redis: { mode: "cluster" } });
        assert.match(JSON.stringify(podsOf(recording).filter(({ name }) => name.startsWith("redis"))), /cluster-enabled/);
        assert.deepEqual(podsOf(recording).filter(({ name }) => name.includes("sentinel")), []);
    });

    it("T-146 T-145: the cluster has three pods, and six with a replica for each master, on volumes of the class that is named", async () => {
        for (const [replicasPerMaster, pods] of [[0, 3], [1, 6]] as const) {
            const settings = { redis: { mode: "cluster", replicasPerMaster }, storageClass: "fast" };
            const { spec } = await object("prod", "StatefulSet", "redis", settings);
            assert.equal(spec.replicas, pods);
            assert.equal(spec.volumeClaimTemplates[0].spec.storageClassName, "fast");
            const [creation] = (await object("prod", "Job", "redis-cluster-create", settings)).spec.template.spec.containers;
            assert.equal(variablesOf(creation).REPLICAS_PER_MASTER, String(replicasPerMaster));
        }
        assert.equal((await object("prod", "StatefulSet", "redis", { redis: { mode: "cluster" } })).spec.replicas, 3, "none by default");
    });

    it("T-146: replicas of masters are refused where there is one primary, and every number but 0 and 1", async () => {
        for (const mode of ["single", "sentinel"]) {
            await assert.rejects(taskflow("prod", { redis: { mode, replicasPerMaster: 1 } }),
                new RegExp(`taskflow\\.redis\\.replicasPerMaster is 1; allowed is 0 with redis.mode "${mode}"`));
        }
        await assert.rejects(taskflow("prod", { redis: { mode: "cluster", replicasPerMaster: 2 } }),
            /taskflow\.redis\.replicasPerMaster is 2; allowed is 0, 1/);
    });

    it("T-144: the stack config puts PostgreSQL under the operator, which makes three", async () => {
        const { recording } = await taskflow("prod", { postgres: { mode: "ha" } });
        assert.equal(recording.has("StatefulSet", "postgres"), false);
        assert.equal(recording.object("Cluster", "postgres").inputs.spec.instances, 3);
        assert.ok(recording.has("Service", "postgres"));
    });

    it("T-141 T-146: in prod nobody but the backend and the stores themselves reaches Redis, no front end reaches a store", async () => {
        const open = [...await clients({}, 6379), ...await clients({}, 5432)];
        const clientsByRight = /^(redis[a-z-]*|backend-api|taskflow-db-init|postgres-backup|postgres-restore) -> /;
        assert.deepEqual(open.filter(connection => !clientsByRight.test(connection)), []);
        assert.ok(open.includes("backend-api -> postgres:5432/TCP"), open.join("\n"));
    });
});
