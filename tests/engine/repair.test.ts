import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { TestCluster } from "../harness/cluster";
import type { CommandResult } from "../harness/command";
import { run } from "../harness/command";
import type { StackResult } from "../harness/stack";
import { assertSucceeded, changes, TestStack } from "../harness/stack";

const repository = resolve(__dirname, "../..");
const namespace = "taskflow";

describe("What was changed by hand", () => {
    let cluster: TestCluster;
    let stack: TestStack;
    let folder: string;

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "repair-"));
        cluster = await TestCluster.start();
        stack = await TestStack.create(cluster, "staging", {
            values: { enabled: [namespace], shared: { alertmanager: "alertmanager.monitoring.svc:9093" } }, policies: false,
        });
        assertSucceeded(await stack.up());
    });

    after(async () => {
        await stack?.remove();
        await cluster?.stop();
        await rm(folder, { recursive: true, force: true });
    });

    /** What make drift says, and make up does first. */
    async function drift(): Promise<CommandResult & { readonly targets: string }> {
        const result = await run(process.execPath, [join(repository, "toolchain/drift/drift.mjs"), "--targets", join(folder, "targets")],
            { input: await stack.state(), environment: cluster.environment });
        return { ...result, targets: join(folder, "targets") };
    }

    /** The same steps as make up: read back what differs, then declare it again. */
    async function repair(): Promise<StackResult> {
        const { targets } = await drift();
        const script = 'STACK=staging; source "$1/toolchain/steps/repair.sh"; refresh_targets "$2"';
        assertSucceeded(await stack.command("bash", "-euc", script, "bash", repository, targets));
        return stack.up();
    }

    const linesOf = ({ stdout }: CommandResult): string[] => stdout.split("\n").filter(line => line !== "").sort();

    it("F5 F6 F7 F8 F9: is named, and an update brings all of it back whoever has written it", async () => {
        assert.deepEqual([(await drift()).code, linesOf(await drift())], [0, []]);
        const [configMap] = (await cluster.list("configmaps", namespace)).filter(({ metadata }) => metadata.name === "backend-config");
        await cluster.kubectl("delete", "--namespace", namespace, "service/redis", "configmap/frontend-nginx-config");
        await cluster.kubectl("scale", "--namespace", namespace, "statefulset/postgres", "--replicas=0");
        await cluster.kubectl("patch", "--namespace", namespace, "cronjob/postgres-backup", "--patch", JSON.stringify({ spec: { suspend: true } }));
        await cluster.kubectl("patch", "--namespace", namespace, "cronjob/postgres-restore", "--patch", JSON.stringify({ spec: { suspend: false } }));
        writeFileSync(join(folder, "edited.json"), JSON.stringify({ ...configMap, data: { ...configMap?.data, DATABASE_HOST: "elsewhere" } }));
        await cluster.kubectl("replace", "--filename", join(folder, "edited.json"));

        const found = await drift();
        assert.equal(found.code, 1);
        assert.deepEqual(linesOf(found), [
            "ConfigMap taskflow/backend-config: data.DATABASE_HOST is elsewhere, declared is postgres",
            "ConfigMap taskflow/frontend-nginx-config is gone",
            "CronJob taskflow/postgres-backup: spec.suspend is true, declared is false",
            "CronJob taskflow/postgres-restore: spec.suspend is false, declared is true",
            "Service taskflow/redis is gone",
            "StatefulSet taskflow/postgres: spec.replicas is 0, declared is 1",
        ]);
        assert.equal((await readFile(found.targets, "utf8")).trim().split("\n").length, 6);

        const repaired = await repair();
        assertSucceeded(repaired);
        assert.deepEqual(changes(repaired).map(({ operation, name }) => `${operation} ${name}`).sort(), [
            "create taskflow-frontend-nginx-config", "create taskflow-redis", "update taskflow-backend-config",
            "update taskflow-postgres", "update taskflow-postgres-backup", "update taskflow-postgres-restore",
        ]);
        assert.deepEqual([(await drift()).code, changes(await stack.up())], [0, []]);
        assert.equal((await cluster.get("statefulset", "postgres", namespace))?.spec.replicas, 1);
        assert.equal((await cluster.get("configmap", "backend-config", namespace))?.data.DATABASE_HOST, "postgres");
    });
});
