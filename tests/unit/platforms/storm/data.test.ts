import assert from "node:assert/strict";
import { aliveScript } from "../../../../components/data/postgres/probes";
import { images } from "../../../../components/kit/images";
import { amounts, variablesOf } from "../../../harness/pods";
import { container, object, perStack, pods, stacks, storm } from "../../../harness/platforms/storm";

const servers = { "postgres-user": "user_db", "postgres-message": "message_db" } as const;
const serverNames = Object.keys(servers) as (keyof typeof servers)[];

const claims = async (name: string, settings = {}) =>
    perStack(async stack => (await object(stack, "PersistentVolumeClaim", name, settings)).spec.resources.requests.storage);

describe("Storm's data services", () => {
    it("S-21 S-22: two PostgreSQL 15 servers, each with its database and a Service of its name", async () => {
        for (const stack of stacks) {
            for (const [name, database] of Object.entries(servers)) {
                const rendered = await container(stack, name);
                assert.match(rendered.image, /^postgres:15\.\d+-alpine$/);
                assert.equal(variablesOf(rendered)["POSTGRES_DB"], database);
                assert.equal((await object(stack, "Service", name)).spec.ports[0].port, 5432);
            }
        }
    });

    it("S-23 S-92: volumes of 1Gi, 5Gi and 10Gi for one writer, in the class of the settings", async () => {
        for (const name of serverNames) {
            assert.deepEqual(await claims(`${name}-pvc`), ["1Gi", "5Gi", "10Gi"]);
            const { spec } = await object("dev", "PersistentVolumeClaim", `${name}-pvc`, { storageClass: "local-path" });
            assert.deepEqual([spec.accessModes, spec.storageClassName], [["ReadWriteOnce"], "local-path"]);
        }
    });

    it("S-24: one StatefulSet each with the named volume, a headless Service, and the user of the Alpine image", async () => {
        for (const name of serverNames) {
            const { spec } = await object("prod", "StatefulSet", name);
            assert.deepEqual([spec.replicas, spec.serviceName], [1, `${name}-headless`]);
            assert.equal((await object("prod", "Service", `${name}-headless`)).spec.clusterIP, "None");
            const { securityContext, volumes } = spec.template.spec;
            assert.deepEqual([securityContext.runAsUser, securityContext.runAsGroup, securityContext.fsGroup], [70, 70, 70]);
            assert.ok(volumes.some((volume: { persistentVolumeClaim?: { claimName: string } }) =>
                volume.persistentVolumeClaim?.claimName === `${name}-pvc`));
            assert.equal(variablesOf(await container("prod", name))["PGDATA"], "/var/lib/postgresql/data/pgdata");
        }
    });

    it("S-25 S-48: each database has a Secret of its own with generated passwords; one setting restores the shared name", async () => {
        const { recording } = await storm("prod");
        for (const suffix of ["user", "message"]) {
            const { stringData } = recording.object("Secret", `postgres-credentials-${suffix}`).inputs;
            assert.equal(stringData.POSTGRES_USER, "postgres");
            assert.match(stringData.POSTGRES_PASSWORD, /^CANARY-/);
            assert.match(stringData.DB_PASSWORD, /^CANARY-/);
        }
        const values = ["user", "message"].map(suffix =>
            recording.object("Secret", `postgres-credentials-${suffix}`).inputs.stringData.POSTGRES_PASSWORD);
        assert.notEqual(values[0], values[1]);

        const shared = { secrets: { sharedPostgres: true } };
        const { recording: old } = await storm("dev", shared);
        assert.equal(old.has("Secret", "postgres-credentials"), true);
        assert.equal(old.has("Secret", "postgres-credentials-user"), false);
        assert.equal(variablesOf(await container("dev", "message-service", shared))["DB_PASSWORD"], "postgres-credentials/DB_PASSWORD");
    });

    it("S-26: the Job creates the service's role, whose password comes from the Secret, and gives it the database", async () => {
        for (const [name, database] of Object.entries(servers)) {
            const role = `${name.replace("postgres-", "")}_service`;
            const sql = (await object("prod", "ConfigMap", `${name}-init`)).data["init.sql"];
            assert.match(sql, new RegExp(`CREATE ROLE ${role} LOGIN;`));
            assert.match(sql, new RegExp(`ALTER DATABASE ${database} OWNER TO ${role};`));
            assert.doesNotMatch(sql, /CANARY|SUPERUSER/);
            const job = (await pods("prod", `${name}-init`)).template.spec.containers[0];
            assert.ok(job);
            const { DB_PASSWORD } = variablesOf(job);
            assert.equal(DB_PASSWORD, `postgres-credentials-${name.replace("postgres-", "")}/DB_PASSWORD`);
            assert.equal((await object("prod", "Secret", `postgres-credentials-${name.replace("postgres-", "")}`)).stringData.DB_USER, role);
        }
    });

    it("S-27 F16: pg_isready over TCP with user and database", async () => {
        for (const [name, database] of Object.entries(servers)) {
            const { startupProbe, readinessProbe, livenessProbe } = await container("prod", name);
            const alive = { command: ["sh", "-c", aliveScript] };
            const exec = { command: ["pg_isready", "-h", "127.0.0.1", "-U", "postgres", "-d", database] };
            assert.deepEqual(startupProbe, { exec: alive, periodSeconds: 5, failureThreshold: 30, timeoutSeconds: 3 });
            assert.deepEqual(readinessProbe, { exec, periodSeconds: 5, timeoutSeconds: 3 });
            assert.deepEqual(livenessProbe, { exec: alive, periodSeconds: 10, failureThreshold: 6, timeoutSeconds: 3 });
        }
    });

    it("S-28: resources grow from dev to prod", async () => {
        for (const name of serverNames) {
            assert.deepEqual(await perStack(async stack => amounts(await container(stack, name))),
                [["50m/128Mi", "250m/256Mi"], ["100m/256Mi", "500m/512Mi"], ["250m/512Mi", "1/1Gi"]]);
        }
    });

    it("S-29 S-30: Redis is a pure cache without a volume", async () => {
        for (const stack of stacks) {
            const rendered = await container(stack, "redis");
            assert.match(rendered.image, /^redis:7\.4\.\d+-alpine$/);
            assert.deepEqual(rendered.ports, [{ name: "redis", containerPort: 6379, protocol: "TCP" }]);
            const flags = rendered.args ?? [];
            const flag = (name: string): string | undefined => flags[flags.indexOf(name) + 1];
            assert.deepEqual([flag("--maxmemory"), flag("--maxmemory-policy"), flag("--save"), flag("--appendonly")],
                ["96mb", "allkeys-lru", "", "no"]);
            assert.deepEqual(amounts(rendered), ["50m/64Mi", "200m/136Mi"]);
            const { volumes = [] } = (await pods(stack, "redis")).template.spec;
            assert.deepEqual(volumes.filter(volume => "persistentVolumeClaim" in volume), []);
        }
        assert.equal((await container("dev", "redis", { redis: { image: "valkey/valkey:8.1.4-alpine" } })).image, "valkey/valkey:8.1.4-alpine");
    });

    it("S-31 S-95: Redis demands a generated password where broker.auth is on", async () => {
        const secrets = await perStack(async stack => (await storm(stack)).recording.has("Secret", "redis-secret"));
        assert.deepEqual(secrets, [false, true, true]);
        const { recording } = await storm("dev", { broker: { auth: true } });
        assert.match(recording.object("Secret", "redis-secret").inputs.stringData.REDIS_PASSWORD, /^CANARY-/);
    });

    it("S-38 S-43: MinIO is pinned, serves the API and the console, and runs as its own user with both health paths", async () => {
        for (const stack of stacks) {
            const rendered = await container(stack, "minio");
            assert.equal(rendered.image, images.minio);
            assert.deepEqual((await object(stack, "Service", "minio")).spec.ports
                .map(({ name, port }: { name: string; port: number }) => [name, port]), [["api", 9000], ["console", 9001]]);
            assert.equal(rendered.readinessProbe.httpGet.path, "/minio/health/ready");
            assert.equal(rendered.livenessProbe.httpGet.path, "/minio/health/live");
            assert.deepEqual(amounts(rendered), ["100m/256Mi", "250m/512Mi"]);
            const { spec } = await object(stack, "StatefulSet", "minio");
            assert.deepEqual([spec.replicas, spec.template.spec.securityContext.runAsUser], [1, 1000]);
        }
        const forked = { minio: { image: "registry.example.com/minio-fork:2026.1" } };
        assert.equal((await container("dev", "minio", forked)).image, "registry.example.com/minio-fork:2026.1");
    });

    it("S-39 S-93: MinIO's volume has 2Gi, 10Gi and 20Gi", async () => {
        assert.deepEqual(await claims("minio-pvc"), ["2Gi", "10Gi", "20Gi"]);
    });

    it("S-40 S-41 S-42: root credentials are generated and stay with MinIO and its Job; the bucket is private, versioned in prod", async () => {
        for (const stack of stacks) {
            const { recording } = await storm(stack);
            const { stringData } = recording.object("Secret", "minio-credentials").inputs;
            assert.match(stringData.MINIO_ROOT_USER, /^CANARY-/);
            assert.match(stringData.MINIO_ROOT_PASSWORD, /^CANARY-/);
            const holders = recording.objects.filter(({ inputs, type }) => !type.endsWith(":Secret")
                && JSON.stringify(inputs).includes("\"minio-credentials\"")).map(({ inputs }) => inputs.metadata.name);
            assert.deepEqual(holders.sort(), ["minio", "minio-provisioning"]);
            const { BUCKETS, PUBLIC_BUCKETS, VERSIONED_BUCKETS } = variablesOf((await pods(stack, "minio-provisioning")).template.spec.containers[0]);
            assert.deepEqual([BUCKETS, PUBLIC_BUCKETS, VERSIONED_BUCKETS], ["media", "", stack === "prod" ? "media" : ""]);
        }
        const policy = JSON.parse((await object("prod", "ConfigMap", "minio-provisioning-policies")).data["user-media.json"]);
        assert.deepEqual([...new Set(policy.Statement.flatMap(({ Resource = [] }: { Resource?: string[] }) => Resource))],
            ["arn:aws:s3:::media", "arn:aws:s3:::media/*"]);
    });

    it("S-48: no generated value stands anywhere in plain text but in Secrets", async () => {
        for (const stack of stacks) {
            const { recording } = await storm(stack);
            const leaks = recording.objects.filter(({ type, inputs }) => !type.endsWith(":Secret") && JSON.stringify(inputs).includes("CANARY-"));
            assert.deepEqual(leaks.map(({ name }) => name), []);
            for (const { shown, name } of recording.ofKind("Secret")) {
                assert.doesNotMatch(JSON.stringify(shown), /CANARY-/, name);
            }
        }
    });

    it("S-57: services start after the stores and Jobs that they need, gateway-service after user-service", async () => {
        const { recording } = await storm("prod");
        const after = (kind: string, name: string): string[] => {
            const waited = recording.before(recording.object(kind, name));
            return recording.objects.filter(({ urn }) => waited.has(urn)).map(({ inputs, type }) => `${type.split(":").pop()} ${inputs.metadata.name}`);
        };
        const expected: Record<string, string[]> = {
            "gateway-service": ["StatefulSet nats", "Deployment redis", "Deployment user-service"],
            "user-service": ["StatefulSet postgres-user", "Job postgres-user-init"],
            "message-service": ["StatefulSet nats", "StatefulSet postgres-message", "Job postgres-message-init"],
            "media-service": ["StatefulSet nats", "StatefulSet minio", "Job minio-provisioning"],
        };
        for (const [name, needed] of Object.entries(expected)) {
            const found = after("Deployment", name);
            assert.deepEqual(needed.filter(item => !found.includes(item)), [], name);
        }
    });

    it("S-87: volumes can be deleted in dev, and are protected in prod, where those of several nodes stay whatever happens", async () => {
        const all = await perStack(async stack => (await storm(stack)).recording.ofKind("PersistentVolumeClaim")
            .map(({ protect, retainOnDelete }) => protect || retainOnDelete));
        assert.deepEqual(all.map(protect => [...new Set(protect)]), [[false], [false], [true]]);
    });

    it("S-76 S-100: in prod both databases are dumped each night, a quarter of an hour apart, for thirty days", async () => {
        const schedules = await perStack(async stack => (await storm(stack)).recording.ofKind("CronJob")
            .filter(({ inputs }) => inputs.spec.suspend !== true).map(({ inputs }) => `${inputs.metadata.name} ${inputs.spec.schedule}`).sort());
        assert.deepEqual(schedules, [[], [], ["postgres-message-backup 15 2 * * *", "postgres-user-backup 0 2 * * *"]]);
        for (const name of serverNames) {
            assert.equal(variablesOf((await pods("prod", `${name}-backup`)).template.spec.containers[0]).RETENTION_DAYS, "30");
            assert.equal((await storm("prod")).recording.has("PersistentVolumeClaim", `${name}-backup-pvc`), true);
        }
    });
});
