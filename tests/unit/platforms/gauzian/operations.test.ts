import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { advisories } from "../../../../components/platforms/gauzian/advisories";
import { environmentDefaults } from "../../../../components/config/environments";
import type { GauzianOutputs } from "../../../../components/platforms/gauzian/gauzian";
import { amounts, variablesOf } from "../../../harness/pods";
import { container, find, gauzian, object, pods, stacks } from "../../../harness/platforms/gauzian";

const s3 = { endpoint: "https://s3.example.com:9443", bucket: "copies", secretName: "offsite-credentials", addresses: ["203.0.113.7/32"] };

describe("GAUZIAN operations", () => {
    it("G-143: namespaces, secrets, claims, stores, Jobs, tiers, autoscaler, routes and monitoring follow each other", async () => {
        for (const stack of stacks) {
            const program = await gauzian(stack);
            const at = (kind: string, name: string, namespace?: string): ReturnType<typeof find> => find(program, kind, name, namespace);
            const chain = [
                [at("Secret", "gauzian-secrets"), at("Namespace", "gauzian-v2", "-")],
                [at("PersistentVolumeClaim", "postgres-pvc"), at("Namespace", "gauzian-v2", "-")],
                ...["postgres", "redis", "minio"].flatMap(store => [
                    [at("StatefulSet", store), at("Secret", "gauzian-secrets")], [at("StatefulSet", store), at("PersistentVolumeClaim", `${store}-pvc`)],
                    [at("Deployment", "backend"), at("StatefulSet", store)], [at("Deployment", "backend"), at("Service", store)],
                ]),
                [at("Job", "minio-bucket-init"), at("StatefulSet", "minio")],
                [at("Job", "postgres-roles"), at("StatefulSet", "postgres")],
                [at("Deployment", "backend"), at("Job", "postgres-roles")], [at("Deployment", "backend"), at("Job", "minio-bucket-init")],
                [at("HorizontalPodAutoscaler", "backend-hpa"), at("Deployment", "backend")],
                ...["postgres-pvc", "redis-pvc", "minio-pvc"].map(claim => [at("PersistentVolumeClaim", claim), at("Secret", "gauzian-secrets")]),
                ...[["StatefulSet", "postgres"], ["StatefulSet", "redis"], ["StatefulSet", "minio"], ["Service", "minio"],
                    ["Job", "postgres-roles"], ["Job", "minio-bucket-init"]].map(([kind = "", name = ""]) => [at("Deployment", "front"), at(kind, name)]),
                ...["compress", "security-headers", "strip-api-prefix", "redirect-https"].flatMap(middleware => [
                    [at("Middleware", middleware, "gauzian-v2"), at("HorizontalPodAutoscaler", "backend-hpa")],
                    [at("Middleware", middleware, "gauzian-v2"), at("Deployment", "front")],
                ]),
                [at("IngressRoute", "gauzian-http"), at("Middleware", "redirect-https", "gauzian-v2")],
                [at("IngressRoute", "gauzian-https"), at("Middleware", "security-headers")], [at("IngressRoute", "gauzian-https"), at("Deployment", "backend")],
                [at("Deployment", "prometheus", "monitoring"), at("Deployment", "backend")],
                [at("Deployment", "grafana", "monitoring"), at("Deployment", "prometheus", "monitoring")],
            ] as const;
            for (const [later, earlier] of chain) {
                assert.ok(program.recording.before(later as never).has((earlier as { urn: string }).urn),
                    `${(later as { name: string }).name} after ${(earlier as { name: string }).name}`);
            }
        }
    });

    it("G-143: the migration comes before both tiers, where the stack config has one", async () => {
        const program = await gauzian("prod", { migrations: { image: "registry.example.com/migrations:1.0" } });
        const migration = find(program, "Job", "gauzian-migrate");
        for (const name of ["backend", "front"]) {
            assert.ok(program.recording.before(find(program, "Deployment", name)).has(migration.urn), name);
        }
    });

    it("G-145 G-144: five versions are kept, and a roll-out replaces no pod before its successor is ready", async () => {
        for (const stack of stacks) {
            for (const name of ["backend", "front"]) {
                const { spec } = await object(stack, "Deployment", name);
                assert.equal(spec.revisionHistoryLimit, 5);
                assert.equal(spec.strategy.rollingUpdate.maxUnavailable, 0);
            }
        }
    });

    it("G-146 G-150: the nightly dump, its image, credentials, file names, volume and limits", async () => {
        for (const stack of stacks) {
            const { spec } = await object(stack, "CronJob", "postgres-backup");
            assert.deepEqual([spec.schedule, spec.timeZone, spec.concurrencyPolicy, spec.startingDeadlineSeconds], ["0 2 * * *", "Etc/UTC", "Forbid", 3600]);
            assert.deepEqual([spec.successfulJobsHistoryLimit, spec.failedJobsHistoryLimit], [3, 3]);
            assert.deepEqual([spec.jobTemplate.spec.backoffLimit, spec.jobTemplate.spec.activeDeadlineSeconds], [2, 3600]);
            const { template } = await pods(stack, "postgres-backup");
            assert.equal(template.spec.restartPolicy, "OnFailure");
            const volume = template.spec.volumes.find(({ name }) => name === "backup-storage");
            assert.equal(volume?.persistentVolumeClaim.claimName, "postgres-backup-pvc");
            const dump = await container(stack, "postgres-backup", {}, "dump");
            assert.equal(dump.image, (await container(stack, "postgres")).image);
            const env = variablesOf(dump);
            assert.deepEqual([env["PGHOST"], env["PGUSER"], env["PGDATABASE"], env["PGPASSWORD"]],
                ["postgres", "gauzian-secrets/DB_USER", "gauzian_db", "gauzian-secrets/DB_PASSWORD"]);
            assert.ok(dump.volumeMounts.some(({ name, mountPath }) => name === "backup-storage" && mountPath === "/backup"));
            assert.match(dump.command.join("\n"), /dump="\$prefix\$\(date -u "\+\$\{DUMP_TIME:-[^}]*\}"\)\.sql\.gz"/);
            assert.deepEqual([env["DUMP_PREFIX"], env["DUMP_TIME"]], ["backup-", "%Y%m%d-%H%M"]);
            assert.deepEqual(amounts(dump), ["50m/64Mi", "500m/256Mi"]);
        }
    });

    it("G-148 G-149: a dump gets its name when it is whole; old ones go by age, never the three newest", async () => {
        const days = { dev: 7, staging: 14, prod: 30 };
        for (const stack of stacks) {
            const dump = await container(stack, "postgres-backup", {}, "dump");
            const script = dump.command.join("\n");
            const order = ["pg_dump", "gzip -t", "mv \"$dump.partial\" \"$dump\"", "head -n \"-${KEEP_NEWEST:-1}\""].map(step => script.indexOf(step));
            assert.ok(order.every((at, index) => at > 0 && at > (order[index - 1] ?? 0)), order.join());
            assert.match(script, /^set -eu$/m);
            assert.ok(script.includes("-mmin \"+$(( RETENTION_DAYS * 24 * 60 ))\""));
            const { RETENTION_DAYS, KEEP_NEWEST } = variablesOf(dump);
            assert.deepEqual([RETENTION_DAYS, KEEP_NEWEST], [String(days[stack]), "3"]);
        }
    });

    it("G-153: the way back is a suspended CronJob that reads compressed dumps, and the stack shows how to use it", async () => {
        for (const stack of stacks) {
            assert.equal((await object(stack, "CronJob", "postgres-restore")).spec.suspend, true);
            assert.match((await container(stack, "postgres-restore", {}, "dump")).command.join("\n"), /gzip -dc "\$dump" \| into_database/);
            const { restore } = (await gauzian(stack)).outputs["gauzian"] as GauzianOutputs;
            assert.equal(restore, "kubectl create job restore-1 --from=cronjob/postgres-restore --namespace gauzian-v2");
        }
    });

    it("G-154: prod restores the newest dump each month, with no way to the live database, and tells of 35 days without", async () => {
        const name = "postgres-restore-test";
        for (const stack of stacks) {
            assert.equal((await gauzian(stack)).recording.has("CronJob", name), stack === "prod");
        }
        const program = await gauzian("prod");
        assert.equal((await object("prod", "CronJob", name)).spec.schedule, "0 5 1 * *");
        const restore = await container("prod", name, {}, "restore");
        assert.deepEqual(variablesOf(restore), {
            PGUSER: "gauzian_user", PGDATABASE: "gauzian_db", DUMP_FOLDER: "/backup", DUMP_PREFIX: "backup-", SCRATCH_FOLDER: "/scratch",
        });
        const { template } = await pods("prod", name);
        assert.equal(restore.volumeMounts.find(({ mountPath }) => mountPath === "/backup")?.readOnly, true);
        assert.deepEqual(template.spec.volumes.map(volume => volume.persistentVolumeClaim?.claimName ?? volume.emptyDir?.sizeLimit),
            ["postgres-backup-pvc", "8Gi"]);
        assert.equal(restore.resources.limits["ephemeral-storage"], "8320Mi", "the volume and 128Mi");
        const { spec: { egress, policyTypes } } = find(program, "NetworkPolicy", name).inputs;
        assert.deepEqual([egress ?? [], policyTypes], [[], ["Ingress", "Egress"]]);
        const rules = JSON.stringify(find(program, "ConfigMap", "prometheus-config", "monitoring").inputs.data);
        assert.match(rules, new RegExp(`kube_cronjob_status_last_successful_time[^>]*${name}[^>]*> ${35 * 86_400}`));
    });

    it("G-151 G-152: without a server nothing is copied; with one the dumps and the chunks are, after the dump has ended", async () => {
        const names = ["postgres-backup-offsite", "minio-mirror"];
        const settings = { backup: { s3 } };
        for (const stack of stacks) {
            const { recording } = await gauzian(stack);
            assert.deepEqual(names.filter(name => recording.has("CronJob", name)), []);
            assert.ok(!recording.has("Secret", "minio-offsite"));
            const backup = (await object(stack, "CronJob", "postgres-backup")).spec;
            assert.deepEqual([backup.schedule, backup.startingDeadlineSeconds + backup.jobTemplate.spec.activeDeadlineSeconds], ["0 2 * * *", 7200]);
            for (const name of names) {
                assert.equal((await object(stack, "CronJob", name, settings)).spec.schedule, "10 4 * * *");
            }
        }
        const { recording } = await gauzian("prod", { backup: { s3: { ...s3, chunks: false } } });
        assert.deepEqual(names.filter(name => recording.has("CronJob", name)), ["postgres-backup-offsite"]);
    });

    it("G-151 G-152: the copies' credentials are the user's Secret, and only the server's addresses can be reached", async () => {
        const settings = { backup: { s3 } };
        const program = await gauzian("prod", settings);
        const credentials = {
            OFFSITE_ACCESS_KEY: "offsite-credentials/access-key", OFFSITE_SECRET_KEY: "offsite-credentials/secret-key",
            MC_HOST_offsite: "https://$(OFFSITE_ACCESS_KEY):$(OFFSITE_SECRET_KEY)@s3.example.com:9443", MC_ENC_S3: "offsite/copies", MC_CONFIG_DIR: "/tmp/mc",
        };
        const upload = await container("prod", "postgres-backup-offsite", settings, "upload");
        assert.deepEqual(variablesOf(upload), {
            ...credentials, TARGET: "offsite/copies/prod/postgres", DUMP_FOLDER: "/backup", SUM_FOLDER: "/sums",
        });
        assert.equal(upload.volumeMounts.find(({ mountPath }) => mountPath === "/backup")?.readOnly, true);
        const { template } = await pods("prod", "postgres-backup-offsite", settings);
        assert.equal(template.spec.securityContext.runAsUser, 70, "the owner of the dumps");
        const mirror = await container("prod", "minio-mirror", settings, "mirror");
        assert.deepEqual(variablesOf(mirror), {
            ...credentials, MINIO_ACCESS_KEY: "minio-offsite/MINIO_ACCESS_KEY", MINIO_SECRET_KEY: "minio-offsite/MINIO_SECRET_KEY",
            MC_HOST_minio: "http://$(MINIO_ACCESS_KEY):$(MINIO_SECRET_KEY)@minio:9000",
        });
        assert.deepEqual(mirror.command.slice(-2), ["minio/gauzian-chunks", "offsite/copies/prod/chunks"]);
        assert.ok(!mirror.command.includes("--remove"));
        const outside = { to: [{ ipBlock: { cidr: "203.0.113.7/32" } }], ports: [{ port: 9443, protocol: "TCP" }] };
        for (const name of ["postgres-backup-offsite", "minio-mirror"]) {
            const { egress } = find(program, "NetworkPolicy", name).inputs.spec;
            assert.ok((egress as unknown[]).some(rule => isDeepStrictEqual(rule, outside)), JSON.stringify(egress));
            const rules = JSON.stringify(find(program, "ConfigMap", "prometheus-config", "monitoring").inputs.data);
            assert.match(rules, new RegExp(`alert: BackupMissing[^]*kube_cronjob_status_last_successful_time[^>]*${name}`));
        }
        const policy = find(program, "ConfigMap", "minio-bucket-init-policies").inputs.data["user-offsite.json"] as string;
        assert.deepEqual(JSON.parse(policy).Statement.map(({ Action }: { Action: string[] }) => Action),
            [["s3:GetBucketLocation", "s3:ListBucket"], ["s3:GetObject"], ["admin:*"]]);
    });

    it("G-151: a server without HTTPS, or without addresses, is refused with the key's name", async () => {
        for (const [wrong, key] of [[{ endpoint: "http://s3.example.com" }, "endpoint"], [{ addresses: [] }, "addresses"]] as const) {
            await assert.rejects(gauzian("prod", { backup: { s3: { ...s3, ...wrong } } }), new RegExp(`backup\\.s3\\.${key}`));
        }
    });

    it("G-08 G-41 G-151: prod is told of tags that move, of the default storage class and of dumps that stay in the cluster", () => {
        const settings = { backup: { s3: null }, backend: { image: "a/back:dev" }, front: { image: `a/front:dev@sha256:${"0".repeat(64)}` }, storageClass: null } as never;
        const messages = advisories(settings, environmentDefaults("prod"));
        assert.equal(messages.length, 3);
        assert.match(messages[0] ?? "", /a\/back:dev moves/);
        assert.match(messages[1] ?? "", /storageClass/);
        assert.match(messages[2] ?? "", /backup\.s3 names no server/);
        assert.equal(advisories({ ...settings as object, backup: { s3 } } as never, environmentDefaults("prod")).length, 2);
        assert.deepEqual(advisories(settings, environmentDefaults("staging")), []);
    });
});
