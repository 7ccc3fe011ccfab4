import assert from "node:assert/strict";
import { Postgres } from "../../../components/data/postgres/postgres";
import type { PostgresBackupArgs } from "../../../components/data/postgres/backup";
import { PostgresBackup } from "../../../components/data/postgres/backup";
import { backupScript } from "../../../components/data/postgres/backupScripts";
import { images } from "../../../components/kit/images";
import { resources } from "../../../components/kit/resources";
import type { Scope } from "../../../components/kit/scope";
import type { Inputs } from "../../harness/mocks";
import type { StoreRecording } from "../../harness/stores";
import { variablesOf } from "../../harness/pods";
import { podsOf, reaches, recordStore } from "../../harness/stores";

function withBackup(scope: Scope, args: Partial<PostgresBackupArgs> = {}): Postgres {
    const database = new Postgres("postgres", scope, {
        image: images.postgres16, database: "shop_db", user: "shop", storage: "2Gi", storageClass: null,
        resources: resources("250m/256Mi", "500m/512Mi"),
        initialization: { jobName: "shop-db-init", config: { name: "shop-sql", files: { "init.sql": "SELECT 1" } } },
    });
    new PostgresBackup("postgres-backup", scope, { database, image: images.postgres16, retentionDays: 30, ...args });
    return database;
}

describe("PostgresBackup", () => {
    let store: StoreRecording;
    before(async () => {
        store = await recordStore(scope => withBackup(scope));
    });
    const cronJob = (name: string): Inputs => store.recording.object("CronJob", name).inputs.spec;
    const pod = (name: string): Inputs => cronJob(name).jobTemplate.spec.template.spec;

    it("T-132: each night at two in UTC, never twice at a time, onto postgres-backup-pvc of 2Gi", () => {
        const { schedule, timeZone, concurrencyPolicy, suspend } = cronJob("postgres-backup");
        assert.deepEqual({ schedule, timeZone, concurrencyPolicy, suspend },
            { schedule: "0 2 * * *", timeZone: "Etc/UTC", concurrencyPolicy: "Forbid", suspend: false });
        const { resources: { requests }, accessModes } = store.recording.object("PersistentVolumeClaim", "postgres-backup-pvc").inputs.spec;
        assert.deepEqual(requests, { storage: "2Gi" });
        assert.deepEqual(accessModes, ["ReadWriteOnce"]);
        const { volumes, containers: [container] } = pod("postgres-backup");
        const backup = volumes.find(({ persistentVolumeClaim }: Inputs) => persistentVolumeClaim?.claimName === "postgres-backup-pvc");
        assert.ok(container.volumeMounts.some(({ name, mountPath }: Inputs) => name === backup.name && mountPath === "/backup"));
    });

    it("T-132: the dumps are kept for the days that the environment says", () => {
        const { text, environment } = backupScript({ folder: "/backup", retentionDays: 30 });
        const [dump] = pod("postgres-backup").containers;
        assert.equal(dump.command[2], text);
        assert.equal(environment["RETENTION_DAYS"], "30");
        assert.deepEqual(variablesOf(dump), { ...variablesOf(dump), ...environment });
    });

    it("T-132: the restore never runs by itself, and is a template for a Job that tries once", () => {
        assert.equal(cronJob("postgres-restore").suspend, true);
        assert.equal(cronJob("postgres-restore").jobTemplate.spec.backoffLimit, 0);
        assert.match(pod("postgres-restore").containers[0].command[2], /--single-transaction[^]*^gzip -dc "\$dump" \| into_database$/m);
    });

    it("G-146: only the dump may start again in its pod: a restore that failed keeps its pod and what it says", async () => {
        const { recording } = await recordStore(scope => withBackup(scope, { restartPolicy: "OnFailure" }));
        const policies = ["postgres-backup", "postgres-restore"].map(name =>
            recording.object("CronJob", name).inputs.spec.jobTemplate.spec.template.spec.restartPolicy);
        assert.deepEqual(policies, ["OnFailure", "Never"]);
    });

    it("T-132: both reach the database with its own credentials, and no other pod reaches them", () => {
        for (const [name, folder] of [["postgres-backup", { DUMP_FOLDER: "/backup", RETENTION_DAYS: "30" }], ["postgres-restore", { DUMP_FOLDER: "/backup" }]] as const) {
            assert.deepEqual(variablesOf(pod(name).containers[0]), {
                ...folder,
                PGHOST: "postgres", PGPORT: "5432", PGDATABASE: "shop_db",
                PGUSER: "postgres-secret/POSTGRES_USER", PGPASSWORD: "postgres-secret/POSTGRES_PASSWORD",
            });
            assert.equal(reaches(store, podsOf(store, name), podsOf(store, "postgres"), 5432), true);
            assert.equal(reaches(store, podsOf(store, "api"), podsOf(store, name), 5432), false);
        }
    });

    it("T-132: in prod the dumps cannot be deleted with the stack, and the quota counts their volume", () => {
        assert.equal(store.recording.object("PersistentVolumeClaim", "postgres-backup-pvc").protect, true);
        assert.equal(store.recording.object("ResourceQuota", "quota").inputs.spec.hard["requests.storage"], "10240Mi");
    });

    for (const retentionDays of [0, 1.5, 4000]) {
        it(`T-132: a retention of ${retentionDays} days is refused`, async () => {
            await assert.rejects(recordStore(scope => withBackup(scope, { retentionDays })), {
                name: "RangeError", message: `retentionDays is ${retentionDays}; allowed are whole days from 1 to 3650`,
            });
        });
    }
});
