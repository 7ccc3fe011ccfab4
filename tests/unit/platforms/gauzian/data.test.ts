import assert from "node:assert/strict";
import { aliveScript } from "../../../../components/data/postgres/probes";
import { amounts, variablesOf } from "../../../harness/pods";
import { claim, container, find, gauzian, object, pods, stacks } from "../../../harness/platforms/gauzian";

const secret = (key: string): string => `gauzian-secrets/${key}`;

describe("GAUZIAN data services", () => {
    it("G-25 G-26 G-27 G-48: PostgreSQL 17 with its own keys of the Secret and its data below the volume's root", async () => {
        for (const stack of stacks) {
            const postgres = await container(stack, "postgres");
            assert.match(postgres.image, /^postgres:17\.\d+-alpine$/);
            const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, PGDATA } = variablesOf(postgres);
            assert.deepEqual([POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB], [secret("DB_USER"), secret("DB_PASSWORD"), secret("DB_NAME")]);
            assert.equal(PGDATA, "/var/lib/postgresql/data/pgdata");
            assert.deepEqual(postgres.envFrom, undefined);
            assert.deepEqual(postgres.ports.map(({ containerPort }) => containerPort), [5432]);
            const mount = postgres.volumeMounts.find(({ mountPath }) => mountPath === "/var/lib/postgresql/data");
            const { volumes } = (await pods(stack, "postgres")).template.spec;
            assert.equal(volumes.find(({ name }) => name === mount?.name)?.persistentVolumeClaim.claimName, "postgres-pvc");
            const { accessModes, resources } = await claim(stack, "postgres-pvc");
            assert.deepEqual([accessModes, resources.requests.storage], [["ReadWriteOnce"], "20Gi"]);
        }
    });

    it("G-28 G-36: the three stores are StatefulSets of one pod with a named claim each", async () => {
        for (const stack of stacks) {
            for (const name of ["postgres", "redis", "minio"]) {
                assert.equal((await object(stack, "StatefulSet", name)).spec.replicas, 1);
                const { volumes } = (await pods(stack, name)).template.spec;
                assert.deepEqual(volumes.flatMap(volume => volume.persistentVolumeClaim?.claimName ?? []), [`${name}-pvc`]);
            }
        }
    });

    it("G-29: resources of PostgreSQL in each environment", async () => {
        assert.deepEqual(amounts(await container("dev", "postgres")), ["100m/256Mi", "500m/512Mi"]);
        assert.deepEqual(amounts(await container("staging", "postgres")), ["250m/1Gi", "1000m/2Gi"]);
        assert.deepEqual(amounts(await container("prod", "postgres")), ["500m/2Gi", "2000m/4Gi"]);
    });

    it("G-30: two hundred connections, checked against the autoscaler's maximum", async () => {
        for (const stack of stacks) {
            assert.deepEqual((await container(stack, "postgres")).args, ["-c", "max_connections=200"]);
        }
        await assert.rejects(gauzian("prod", { backend: { hpa: { maximum: 13 } } }), /postgres\.maximumConnections is 200; allowed is 215 or more: 13 pods/);
        await gauzian("prod", { backend: { hpa: { maximum: 12 } } });
    });

    it("G-31 F16: probes, user, grace and scratch folders of PostgreSQL", async () => {
        for (const stack of stacks) {
            const { startupProbe, readinessProbe, livenessProbe, volumeMounts } = await container(stack, "postgres");
            const command = ["sh", "-c", 'pg_isready -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB"'];
            assert.deepEqual([startupProbe.exec.command, readinessProbe.exec.command], [["sh", "-c", aliveScript], command]);
            assert.equal(readinessProbe.periodSeconds, 10);
            assert.deepEqual([livenessProbe.tcpSocket.port, livenessProbe.periodSeconds], ["postgres", 20]);
            const { spec } = (await pods(stack, "postgres")).template;
            assert.equal(spec.terminationGracePeriodSeconds, 60);
            assert.deepEqual([spec.securityContext.runAsUser, spec.securityContext.runAsGroup], [70, 70]);
            for (const [path, medium] of [["/var/run/postgresql", undefined], ["/tmp", undefined], ["/dev/shm", "Memory"]]) {
                const mount = volumeMounts.find(({ mountPath }) => mountPath === path);
                const volume = spec.volumes.find(({ name }) => name === mount?.name);
                assert.ok(volume?.emptyDir, path);
                assert.equal(volume.emptyDir.medium, medium);
            }
        }
    });

    it("G-32 G-33: Redis 7 with an append-only file on 5Gi, which never evicts and keeps a quarter of its limit free", async () => {
        const expected = { dev: ["50m/128Mi", "250m/256Mi", "192mb"], staging: ["100m/256Mi", "500m/512Mi", "384mb"] };
        for (const stack of stacks) {
            const redis = await container(stack, "redis");
            assert.match(redis.image, /^redis:7\.\d+\.\d+-alpine$/);
            assert.match(redis.command.join(" "), /redis-server/);
            const args = redis.args.join(" ");
            const [requests, limits, memory] = expected[stack === "prod" ? "staging" : stack] as [string, string, string];
            assert.deepEqual(amounts(redis), [requests, limits]);
            for (const flag of ["--appendonly yes", "--appendfsync everysec", "--maxmemory-policy noeviction", `--maxmemory ${memory}`, "--dir /data"]) {
                assert.ok(args.includes(flag), `${flag} in ${args}`);
            }
            assert.equal((await claim(stack, "redis-pvc")).resources.requests.storage, "5Gi");
            assert.ok(redis.volumeMounts.some(({ mountPath }) => mountPath === "/data"));
        }
    });

    it("G-34 G-50: a password that is on no command line; without it the documented URL", async () => {
        for (const stack of stacks) {
            const redis = await container(stack, "redis");
            assert.equal(variablesOf(redis)["REDIS_PASSWORD"], secret("REDIS_PASSWORD"));
            assert.doesNotMatch([...redis.command, ...redis.args].join(" "), /--requirepass/);
            const { stringData } = await object(stack, "Secret", "gauzian-secrets");
            assert.equal(stringData.REDIS_URL, `redis://:${stringData.REDIS_PASSWORD}@redis:6379`);
        }
        const open = await object("dev", "Secret", "gauzian-secrets", { redis: { auth: false } });
        assert.equal(open.stringData.REDIS_URL, "redis://redis:6379");
        assert.equal(open.stringData.REDIS_PASSWORD, undefined);
        assert.deepEqual((await container("dev", "redis", { redis: { auth: false } })).command, ["redis-server"]);
    });

    it("G-35: Redis is ready when it answers PONG, alive when its port takes connections; user 999, group 1000", async () => {
        for (const stack of stacks) {
            const redis = await container(stack, "redis");
            assert.match(redis.readinessProbe.exec.command.join(" "), /redis-cli ping \| grep -q PONG/);
            assert.equal(variablesOf(redis)["REDISCLI_AUTH"], secret("REDIS_PASSWORD"));
            assert.equal(redis.livenessProbe.tcpSocket.port, "redis");
            const { securityContext } = (await pods(stack, "redis")).template.spec;
            assert.deepEqual([securityContext.runAsUser, securityContext.runAsGroup], [999, 1000]);
        }
    });

    it("G-36 G-37 G-38: MinIO's image, command, ports, credentials, volume, probes, resources and user", async () => {
        for (const stack of stacks) {
            const minio = await container(stack, "minio");
            assert.match(minio.image, /^pgsty\/silo:RELEASE\.2026-\d\d-\d\dT\d\d-\d\d-\d\dZ$/);
            assert.equal(minio.args.join(" "), "server /data --console-address :9001");
            assert.deepEqual(minio.ports.map(({ name, containerPort }) => [name, containerPort]), [["api", 9000], ["console", 9001]]);
            assert.equal(variablesOf(minio)["MINIO_ROOT_USER"], secret("MINIO_ROOT_USER"));
            assert.equal(variablesOf(minio)["MINIO_ROOT_PASSWORD"], secret("MINIO_ROOT_PASSWORD"));
            assert.equal((await claim(stack, "minio-pvc")).resources.requests.storage, "50Gi");
            assert.deepEqual([minio.readinessProbe.httpGet, minio.livenessProbe.httpGet],
                [{ path: "/minio/health/ready", port: "api" }, { path: "/minio/health/live", port: "api" }]);
            assert.deepEqual(amounts(minio), stack === "prod" ? ["250m/1Gi", "1000m/2Gi"] : ["100m/256Mi", "500m/1Gi"]);
            const { spec } = (await pods(stack, "minio")).template;
            assert.deepEqual([spec.securityContext.runAsUser, spec.securityContext.fsGroup], [1000, 1000]);
            assert.ok(spec.volumes.some(({ name, emptyDir }) => name === "tmp" && emptyDir));
        }
        assert.equal((await container("prod", "minio", { minio: { image: "s3.example.com/server:2" } })).image, "s3.example.com/server:2");
    });

    it("G-39 G-143: a Job makes the private bucket, and the backend waits for it", async () => {
        for (const stack of stacks) {
            const program = await gauzian(stack);
            const job = await container(stack, "minio-bucket-init", {}, "mc");
            assert.match(job.image, /^pgsty\/mc:RELEASE\.2026-\d\d-\d\dT\d\d-\d\d-\d\dZ$/);
            const { BUCKETS, PUBLIC_BUCKETS, USERS = "" } = variablesOf(job);
            assert.deepEqual([BUCKETS, PUBLIC_BUCKETS], ["gauzian-chunks", ""]);
            assert.match(USERS, /^[a-z-]+:[A-Z_]+_ACCESS_KEY:[A-Z_]+_SECRET_KEY$/);
            const before = program.recording.before(find(program, "Deployment", "backend"));
            assert.ok(before.has(find(program, "Job", "minio-bucket-init").urn));
        }
    });

    it("G-40: the backend is a user of its own that may do five things with one bucket; equal keys under both names", async () => {
        for (const stack of stacks) {
            const { data } = await object(stack, "ConfigMap", "minio-bucket-init-policies");
            type Statement = { Effect: string; Action: string[]; Resource?: string[] };
            const statements = JSON.parse(Object.values<string>(data)[0] as string).Statement as Statement[];
            assert.deepEqual(statements.filter(({ Effect }) => Effect === "Allow").map(({ Action, Resource }) => [[...Action].sort(), Resource]), [
                [["s3:GetBucketLocation", "s3:ListBucket"], ["arn:aws:s3:::gauzian-chunks"]],
                [["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::gauzian-chunks/*"]],
            ]);
            assert.ok(statements.every(({ Effect }) => Effect === "Allow" || Effect === "Deny"));
            const env = variablesOf(await container(stack, "backend"));
            assert.deepEqual([env["S3_ACCESS_KEY"], env["S3_SECRET_KEY"]], [secret("S3_ACCESS_KEY"), secret("S3_SECRET_KEY")]);
            assert.deepEqual([env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"]], [env["S3_ACCESS_KEY"], env["S3_SECRET_KEY"]]);
            const { stringData } = await object(stack, "Secret", "gauzian-secrets");
            assert.notEqual(stringData.S3_ACCESS_KEY, stringData.MINIO_ROOT_USER);
        }
        const { stringData } = await object("dev", "Secret", "gauzian-secrets", { s3: { useRootCredentials: true } });
        assert.equal(stringData.S3_ACCESS_KEY, stringData.MINIO_ROOT_USER);
        assert.equal(stringData.S3_SECRET_KEY, stringData.MINIO_ROOT_PASSWORD);
        const asRoot = variablesOf(await container("dev", "backend", { s3: { useRootCredentials: true } }));
        assert.equal(asRoot["S3_ACCESS_KEY"], secret("MINIO_ROOT_USER"));
    });

    it("G-41: every claim takes the cluster's default class, or the one that is set", async () => {
        const claims = ["postgres-pvc", "redis-pvc", "minio-pvc", "postgres-backup-pvc"];
        for (const stack of stacks) {
            for (const name of claims) {
                assert.equal((await claim(stack, name)).storageClassName, undefined);
                assert.equal((await claim(stack, name, { storageClass: "longhorn" })).storageClassName, "longhorn");
            }
        }
    });

    it("G-42 G-147: staging and prod refuse to delete the volumes; sizes are settings; the backups have a claim", async () => {
        for (const stack of stacks) {
            const program = await gauzian(stack);
            for (const name of ["postgres-pvc", "redis-pvc", "minio-pvc", "postgres-backup-pvc"]) {
                assert.equal(find(program, "PersistentVolumeClaim", name).protect, stack !== "dev", `${stack} ${name}`);
            }
            assert.equal((await claim(stack, "postgres-backup-pvc")).resources.requests.storage, stack === "dev" ? "5Gi" : "20Gi");
        }
        const sizes = { postgres: { storage: "30Gi" }, redis: { storage: "6Gi" }, minio: { storage: "1Ti" } };
        for (const [name, size] of [["postgres-pvc", "30Gi"], ["redis-pvc", "6Gi"], ["minio-pvc", "1Ti"]] as const) {
            assert.equal((await claim("prod", name, sizes)).resources.requests.storage, size);
        }
    });

    it("G-43: migrations are the backend's own, or a Job that runs again before each new version of it", async () => {
        const settings = (version: string): object => ({ backend: { image: `r.example.com/back:${version}` }, migrations: { image: "r.example.com/migrate:1" } });
        for (const stack of stacks) {
            assert.ok(!(await gauzian(stack)).recording.has("Job", "gauzian-migrate"));
            const program = await gauzian(stack, settings("1") as never);
            const job = find(program, "Job", "gauzian-migrate");
            const migrate = await container(stack, "gauzian-migrate", settings("1") as never, "migrate");
            assert.deepEqual(migrate.command, ["sqlx", "migrate", "run"]);
            assert.deepEqual(variablesOf(migrate), { DATABASE_URL: secret("DATABASE_URL") });
            assert.ok(program.recording.before(find(program, "Deployment", "backend")).has(job.urn));
            assert.ok(program.recording.before(job).has(find(program, "StatefulSet", "postgres").urn));
            const next = find(await gauzian(stack, settings("2") as never), "Job", "gauzian-migrate");
            assert.notDeepEqual(next.inputs.spec, job.inputs.spec);
            assert.ok(next.replaceOnChanges.includes("spec"));
        }
    });
});
