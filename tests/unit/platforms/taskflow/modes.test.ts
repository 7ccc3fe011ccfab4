import assert from "node:assert/strict";
import { podsOf } from "../../../harness/pods";
import type { Policy } from "../../../harness/reachability";
import { endpointOf, reachableConnections } from "../../../harness/reachability";
import { object, stacks, taskflow } from "./stacks";

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
