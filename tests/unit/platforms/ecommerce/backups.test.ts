import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { advisories } from "../../../../components/platforms/ecommerce/advisories";
import type { ShellScript } from "../../../../components/kit/textFile";
import { binaryLogScript, fetchScript, restoreTestScript } from "../../../../components/platforms/ecommerce/backupScripts";
import type { EcommerceSettings } from "../../../../components/platforms/ecommerce/settings";
import { environmentDefaults } from "../../../../components/config/environments";
import type { Inputs } from "../../../harness/mocks";
import { variablesOf } from "../../../harness/pods";
import { domains, messaging, object, objects, references, registered, shop, stacks } from "../../../harness/platforms/ecommerce";
import { enlarged } from "../../../harness/platforms/ecommerceVariants";

const podOf = async (name: string, settings = {}): Promise<Inputs> =>
    (await object("prod", "CronJob", name, settings)).spec.jobTemplate.spec.template.spec;

describe("e-commerce backups", () => {
    it("E-246 E-247: outside dev each database is dumped once a night, minutes apart, into a bucket that forgets and cannot be emptied", async () => {
        assert.equal((await objects("dev", "CronJob")).size, 0);
        for (const [stack, days] of [["staging", 7], ["prod", 30]] as const) {
            const jobs = await objects(stack, "CronJob");
            const dumps = [...jobs].filter(([name]) => name.endsWith("-backup"));
            assert.deepEqual(dumps.map(([name]) => name).sort(), domains.map(domain => `${domain}-mysql-backup`).sort());
            const schedules = dumps.map(([, { inputs }]) => inputs.spec.schedule);
            assert.equal(new Set(schedules).size, domains.length);
            assert.ok(schedules.includes("0 2 * * *") && schedules.every(schedule => /^\d+ 2 \* \* \*$/.test(schedule)));
            const { spec } = jobs.get("auth-mysql-backup")?.inputs ?? {};
            assert.deepEqual([
                spec.concurrencyPolicy, spec.startingDeadlineSeconds, spec.successfulJobsHistoryLimit, spec.failedJobsHistoryLimit,
                spec.jobTemplate.spec.backoffLimit,
            ], ["Forbid", 3600, 3, 3, 2]);
            const { initContainers: [dump], containers: [upload] } = spec.jobTemplate.spec.template.spec;
            const options = dump.env.find((variable: Inputs) => variable.name === "DUMP_OPTIONS").value;
            assert.match(options, /--single-transaction .*--source-data=2/);
            assert.doesNotMatch(dump.command[2], /--password|-p\$/);
            assert.equal(upload.command.at(-1), `server/backups/${stack}/auth-service/`);
            const { data } = await object(stack, "ConfigMap", "minio-setup-buckets-policies", {}, messaging);
            assert.equal(JSON.parse(data["lifecycle-backups.json"]).Rules[0].Expiration.Days, days);
            assert.ok(!data["user-mysql-backup.json"].includes("DeleteObject"));
            assert.equal(data["bucket-backups.json"], undefined);
        }
        const dumps = (await object("prod", "Secret", "auth-mysql-secret")).stringData["accounts.sql"];
        assert.match(dumps, /^GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `auth\\_db`\.\* TO 'backup'@'%';$/m);
    });

    it("E-249: in prod the changes in between are saved each quarter of an hour, from the volume on the node where it is", async () => {
        const names = domains.map(domain => `${domain}-mysql-binlog`);
        assert.deepEqual([...(await objects("prod", "CronJob")).keys()].filter(name => name.endsWith("-binlog")).sort(), names.sort());
        assert.ok(![...(await objects("staging", "CronJob")).keys()].some(name => name.endsWith("-binlog")));
        assert.equal((await object("prod", "CronJob", "auth-mysql-binlog")).spec.schedule, "*/15 * * * *");
        const { affinity, containers: [upload], volumes } = await podOf("auth-mysql-binlog");
        assert.deepEqual(volumes.find((volume: Inputs) => volume.name === "data").persistentVolumeClaim, { claimName: "auth-mysql-pvc" });
        assert.ok(upload.volumeMounts.find((mount: Inputs) => mount.name === "data").readOnly);
        const [{ labelSelector, topologyKey }] = affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution;
        assert.equal(topologyKey, "kubernetes.io/hostname");
        const { labels } = (await object("prod", "StatefulSet", "auth-service-mysql")).spec.template.metadata;
        for (const [label, value] of Object.entries(labelSelector.matchLabels)) {
            assert.equal(labels[label], value);
        }
        await assert.rejects(shop("prod", { mysql: { binaryLog: false } }), /backup\.pointInTime/);
    });

    it("E-192 E-250 E-266: in prod the newest dumps are restored once a month; a failure and a month without a success are alerts", async () => {
        assert.ok(!(await objects("staging", "CronJob")).has("mysql-restore-test"));
        assert.equal((await object("prod", "CronJob", "mysql-restore-test")).spec.schedule, "0 4 1 * *");
        const { initContainers: [fetch], containers: [restore] } = await podOf("mysql-restore-test");
        const variables = Object.fromEntries(fetch.env.map(({ name, value }: Inputs) => [name, value]));
        assert.deepEqual(variables.SERVICES.split(" ").sort(), domains.map(domain => `${domain}-service`).sort());
        assert.equal(variables.TARGET, "server/backups/prod");
        assert.equal(restore.command[2], restoreTestScript.text);
        const { graph } = await shop("prod");
        const telemetry = graph.workloads.find(({ name }) => name === "mysql-restore-test")?.telemetry ?? [];
        const [failed, missing] = telemetry.flatMap(({ alerts }) => alerts);
        assert.deepEqual([failed?.name, failed?.severity], ["RestoreTestFailed", "critical"]);
        assert.equal(missing?.name, "RestoreTestMissing");
        assert.match(missing.expr, new RegExp(`> ${32 * 24 * 3600}$`));
    });

    it("E-248: a server outside takes dumps and changes, and MinIO then has no bucket for them; without one prod is warned or refused", async () => {
        for (const name of ["auth-mysql-backup", "auth-mysql-binlog", "mysql-restore-test"]) {
            const { containers, initContainers = [] } = await podOf(name, enlarged);
            const client = [...containers, ...initContainers].find(({ env = [] }: Inputs) => env.some((one: Inputs) => one.name === "MC_HOST_server"));
            assert.equal(references(client).SERVER_SECRET_KEY, "s3-outside/secret-key", name);
            const { value } = client.env.find((variable: Inputs) => variable.name === "MC_HOST_server");
            assert.equal(value, "https://$(SERVER_ACCESS_KEY):$(SERVER_SECRET_KEY)@s3.example.com");
        }
        const { graph } = await shop("prod", enlarged);
        const callers = graph.edges.filter(({ to }) => to.name === "s3.example.com");
        assert.equal(callers.length, 2 * (domains.length + 1) + 1, "one dump and one copy of changes for each database, and the test");
        assert.ok(callers.every(({ ports }) => ports.every(({ number }) => number === 443)));
        const { data } = await object("prod", "ConfigMap", "minio-setup-buckets-policies", enlarged, messaging);
        assert.equal(data["lifecycle-backups.json"], undefined);

        const settings = (target: unknown): EcommerceSettings =>
            ({ images: { digestWaiver: null }, backup: { retentionDays: 30, target }, storageClass: "ssd", secrets: { provider: "external", store: {} } }) as EcommerceSettings;
        assert.match(advisories(settings(null), environmentDefaults("prod")).join(), /backup\.target/);
        assert.deepEqual(advisories(settings({}), environmentDefaults("prod")), []);
        await assert.rejects(shop("prod", { backup: { strict: true } }), /backup\.target.*outside the cluster/);
    });

    it("E-246: dumps are encrypted at the target: by the shop's own bucket, or as each upload asks a server outside", async () => {
        const asked = async (settings = {}): Promise<unknown> => {
            const { containers: [upload] } = await podOf("auth-mysql-backup", settings);
            return upload.env.find((variable: Inputs) => variable.name === "MC_ENC_S3")?.value;
        };
        assert.equal(await asked(), undefined);
        assert.equal(await asked(enlarged), "server/shop-dumps");
        assert.equal(await asked({ backup: { target: { ...enlarged.backup.target, encryption: "bucket" } } }), undefined);
        for (const stack of ["staging", "prod"] as const) {
            const [setup] = (await object(stack, "Job", "minio-setup-buckets", {}, messaging)).spec.template.spec.containers;
            assert.equal(variablesOf(setup)["ENCRYPTED_BUCKETS"], "backups");
        }
    });

    it("E-246: the key of the dumps is a Secret of its own in every stack, which nothing rotates and prod does not delete", async () => {
        for (const stack of stacks) {
            const [main] = (await object(stack, "StatefulSet", "minio", { minio: { rotation: 3 } }, messaging)).spec.template.spec.containers;
            assert.equal(references(main).MINIO_KMS_SECRET_KEY, "minio-encryption/MINIO_KMS_SECRET_KEY");
            const { recording } = await shop(stack, { minio: { rotation: 3 } });
            const key = recording.ofType("random:index/randomBytes:RandomBytes").find(({ name }) => name.includes("minio-encryption"));
            assert.deepEqual([key?.inputs.length, key?.inputs.keepers, key?.protect], [32, { generation: "0" }, stack === "prod"]);
            assert.equal((await registered(stack, "Secret", "minio-encryption", {}, messaging)).protect, stack === "prod");
        }
    });
});

describe("e-commerce backup scripts", () => {
    let root: string;

    beforeEach(() => {
        root = mkdtempSync(join(tmpdir(), "shop-backup-"));
        mkdirSync(join(root, "bin"));
        mkdirSync(join(root, "data"));
        mkdirSync(join(root, "dump"));
    });
    afterEach(() => rmSync(root, { recursive: true, force: true }));

    /** Puts a program on the path that writes its arguments down and then does what the text says. */
    function program(name: string, text: string): void {
        writeFileSync(join(root, "bin", name), `#!/bin/sh\necho "$*" >> "${root}/calls"\n${text}\n`);
        chmodSync(join(root, "bin", name), 0o755);
    }

    function run(script: ShellScript, env: Record<string, string> = {}): { status: number | null; calls: string[]; stderr: string } {
        const folders = { DATA_FOLDER: join(root, "data"), DUMP_FOLDER: join(root, "dump") };
        const { status, stderr } = spawnSync("sh", ["-c", script.text],
            { encoding: "utf8", env: { PATH: [join(root, "bin"), process.env["PATH"]].join(delimiter), ...folders, ...env } });
        const calls = join(root, "calls");
        return { status, stderr, calls: existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [] };
    }

    it("E-249: copies binary logs that the bucket has not, or has with another size, into a folder of the server's own", () => {
        writeFileSync(join(root, "data/auto.cnf"), "[auto]\nserver-uuid=4f0e\n");
        writeFileSync(join(root, "data/binlog.index"), "./binlog.000001\n");
        for (const [name, content] of [["binlog.000001", "whole"], ["binlog.000002", "grown"], ["binlog.000003", "new"]] as const) {
            writeFileSync(join(root, "data", name), content);
        }
        const listed = [["binlog.000001", 5], ["binlog.000002", 3]]
            .map(([key, size]) => JSON.stringify({ status: "success", type: "file", size, key, etag: "x" })).join("\\n");
        program("mc", `[ "$1" != --json ] || printf '${listed}\\n'`);
        const { status, calls } = run(binaryLogScript, { TARGET: "server/backups/prod/auth-service/binlog" });
        assert.equal(status, 0);
        const folder = "server/backups/prod/auth-service/binlog/4f0e";
        assert.deepEqual(calls, [
            `--json ls ${folder}/`,
            ...["binlog.000002", "binlog.000003"].map(name => `cp ${join(root, "data", name)} ${folder}/${name}`),
        ]);
    });

    it("E-249: says so when the server has never started", () => {
        writeFileSync(join(root, "data/auto.cnf"), "");
        program("mc", "");
        const { status, stderr, calls } = run(binaryLogScript, { TARGET: "server/backups/prod/auth-service/binlog" });
        assert.deepEqual([status, calls], [1, []]);
        assert.match(stderr, /no server-uuid/);
    });

    it("E-250: takes the newest dump of each service, and fails when a service has none", () => {
        program("mc", `case "$*" in
            *find*auth*) echo b/auth/2026-01-02T020000Z.sql.gz; echo b/auth/2026-11-02T020000Z.sql.gz; echo b/auth/2026-02-02T020000Z.sql.gz ;;
            *find*orders*) echo b/orders/2026-11-02T020500Z.sql.gz ;;
        esac`);
        const found = run(fetchScript, { TARGET: "b", SERVICES: "auth orders" });
        assert.equal(found.status, 0, found.stderr);
        assert.deepEqual(found.calls.filter(call => call.startsWith("cp")), [
            `cp b/auth/2026-11-02T020000Z.sql.gz ${join(root, "dump/auth.sql.gz")}`,
            `cp b/orders/2026-11-02T020500Z.sql.gz ${join(root, "dump/orders.sql.gz")}`,
        ]);
        const missing = run(fetchScript, { TARGET: "b", SERVICES: "auth sav" });
        assert.equal(missing.status, 1);
        assert.match(missing.stderr, /sav has no dump in b/);
    });
});
