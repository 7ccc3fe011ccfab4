import assert from "node:assert/strict";
import type { PostgresArgs } from "../../../components/data/postgres/postgres";
import { Postgres } from "../../../components/data/postgres/postgres";
import { connect, environmentOf } from "../../../components/kit/connection";
import { images } from "../../../components/kit/images";
import { resources } from "../../../components/kit/resources";
import { variablesOf } from "../../harness/pods";
import { container, recordStore } from "../../harness/stores";

const args: PostgresArgs = {
    image: images.postgres16, database: "shop_db", user: "shop", storage: "3Gi", storageClass: null, resources: resources("1m/1Mi", "2m/2Mi"),
    initialization: { jobName: "shop-db-init", config: { name: "init-script", files: { "init.sql": "SELECT 1;" } } },
};

describe("PostgreSQL", () => {
    it("T-56 T-59: a consumer gets address and database in clear, user and password by reference", async () => {
        const { variables } = await recordStore(scope => new Postgres("postgres", scope, args));
        assert.deepEqual(variables, {
            DATABASE_HOST: "postgres", DATABASE_PORT: "5432", DATABASE_NAME: "shop_db",
            DATABASE_USER: "postgres-secret/POSTGRES_USER", DATABASE_PASSWORD: "postgres-secret/POSTGRES_PASSWORD",
        });
    });

    it("a consumer that asks for a URL gets one that the kubelet completes", async () => {
        await recordStore(scope => {
            const postgres = new Postgres("postgres", scope, args);
            const { URL: url } = environmentOf("shop", [connect(postgres, { user: "DB_USER", password: "DB_PASS", url: "URL" })]);
            assert.equal(url, "postgres://$(DB_USER):$(DB_PASS)@postgres:5432/shop_db");
        });
    });

    it("T-44 T-129: a consumer waits for the initialization, and that for the server", async () => {
        const { recording } = await recordStore(scope => new Postgres("postgres", scope, args));
        const job = recording.object("Job", "shop-db-init");
        assert.ok(recording.before(recording.object("Deployment", "api")).has(job.urn));
        assert.ok(recording.before(job).has(recording.object("StatefulSet", "postgres").urn));
        assert.ok(!recording.before(job).has(recording.object("Deployment", "api").urn));
    });

    it("T-60: the initialization knows the current and the previous password, and the exporter's", async () => {
        const { recording } = await recordStore(scope => new Postgres("postgres", scope, { ...args, rotation: 1 }));
        const variables = variablesOf(container(recording, "Job", "shop-db-init"));
        assert.deepEqual([variables["POSTGRES_PASSWORD"], variables["PREVIOUS_PASSWORD"], variables["EXPORTER_PASSWORD"]],
            ["postgres-secret/POSTGRES_PASSWORD", "postgres-secret/PREVIOUS_PASSWORD", "postgres-exporter/DATA_SOURCE_PASS"]);
    });

    it("T-27: its volume counts for the quota and outlives the server", async () => {
        const { recording } = await recordStore(scope => new Postgres("postgres", scope, args));
        const { hard } = recording.object("ResourceQuota", "quota").inputs.spec;
        assert.deepEqual([hard.persistentvolumeclaims, hard["requests.storage"]], ["4", "12288Mi"]);
        assert.equal(recording.object("StatefulSet", "postgres").inputs.spec.volumeClaimTemplates, undefined);
    });

    it("from PostgreSQL 17 on its exporter asks for checkpoints, which have a view of their own", async () => {
        const argsOf = async (image: string): Promise<string[] | undefined> => {
            const { recording } = await recordStore(scope => new Postgres("postgres", scope, { ...args, image }));
            return recording.object("StatefulSet", "postgres").inputs.spec.template.spec.containers[1].args;
        };
        assert.deepEqual(await argsOf("postgres:17-alpine"), ["--collector.stat_checkpointer"]);
        assert.equal(await argsOf("postgres:16-alpine"), undefined);
    });

    it("T-52: takes the server's own number of connections unless one is given", async () => {
        const { recording } = await recordStore(scope => new Postgres("postgres", scope, args));
        assert.equal(container(recording, "StatefulSet", "postgres").args, undefined);
    });
});
