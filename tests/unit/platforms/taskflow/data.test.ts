import assert from "node:assert/strict";
import { aliveScript } from "../../../../components/data/postgres/probes";
import { parseQuantity } from "../../../../components/kit/quantity";
import { podsOf } from "../../../harness/pods";
import type { RenderedContainer } from "../../../harness/pods";
import { assertHas, container, object, stacks, taskflow } from "../../../harness/platforms/taskflow";

/** Stacks with one PostgreSQL and one Redis of their own. */
const single = ["dev", "staging"] as const;

const sources = ({ env = [], envFrom = [] }: RenderedContainer): string[] => [
    ...env.flatMap(({ name, valueFrom }) => (valueFrom?.secretKeyRef ? [`${name}=${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}`] : [])),
    ...envFrom.flatMap(({ secretRef }) => (secretRef ? [`${secretRef.name}/*`] : [])),
];

describe("TaskFlow PostgreSQL", () => {
    it("T-26: container postgres on port postgres, with the keys of postgres-secret as its environment", async () => {
        for (const stack of single) {
            const server = await container(stack, "postgres");
            assert.deepEqual(server.ports, [{ name: "postgres", containerPort: 5432, protocol: "TCP" }]);
            assert.deepEqual(server.envFrom, [{ secretRef: { name: "postgres-secret" } }]);
        }
    });

    it("T-27 T-102: claims have the documented sizes, ReadWriteOnce, and the stack config's where it gives one", async () => {
        for (const stack of single) {
            for (const [name, size] of [["postgres-pvc", "2Gi"], ["prometheus-pvc", "5Gi"]] as const) {
                assertHas((await object(stack, "PersistentVolumeClaim", name)).spec,
                    { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: size } } });
            }
        }
        const settings = { postgres: { storage: "10Gi" } };
        assert.equal((await object("dev", "PersistentVolumeClaim", "postgres-pvc", settings)).spec.resources.requests.storage, "10Gi");
    });

    it("T-28: claims take the cluster's default class, all of them another one where the stack config names it", async () => {
        const classes = async (settings: object): Promise<unknown[]> => (await taskflow("prod", { ...settings })).recording
            .ofKind("PersistentVolumeClaim").map(({ inputs }) => inputs.spec.storageClassName);
        assert.deepEqual(new Set(await classes({})), new Set([undefined]));
        assert.deepEqual(new Set(await classes({ storageClass: "fast" })), new Set(["fast"]));
    });

    it("T-29: PGDATA is a folder below the volume's root, which is mounted without a subPath", async () => {
        for (const stack of single) {
            const server = await container(stack, "postgres");
            assert.equal(server.env.find(({ name }) => name === "PGDATA")?.value, "/var/lib/postgresql/data/pgdata");
            assert.deepEqual(server.volumeMounts.find(({ name }) => name === "postgres-storage"),
                { name: "postgres-storage", mountPath: "/var/lib/postgresql/data" });
            assertHas((await object(stack, "StatefulSet", "postgres")).spec.template.spec.volumes
                .find(({ name }: { name: string }) => name === "postgres-storage"), { persistentVolumeClaim: { claimName: "postgres-pvc" } });
        }
    });

    it("T-30: one writer per volume, never two during an update", async () => {
        for (const stack of single) {
            const { recording } = await taskflow(stack);
            assert.equal(recording.object("StatefulSet", "postgres").inputs.spec.replicas, 1);
            for (const { kind, name, template } of podsOf(recording)) {
                if ((template.spec.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim)) {
                    const { spec } = recording.object(kind, name).inputs;
                    const alone = kind === "CronJob" ? spec.concurrencyPolicy === "Forbid"
                        : spec.replicas === 1 && (kind === "StatefulSet" || spec.strategy.type === "Recreate");
                    assert.ok(alone, `${name} may run beside its successor`);
                }
            }
        }
    });

    it("T-32 T-33 T-34 F16: probes ask over TCP, the one of readiness for the real database", async () => {
        const alive = { command: ["sh", "-c", aliveScript] };
        const exec = { command: ["pg_isready", "-h", "127.0.0.1", "-U", "taskflow", "-d", "taskflow_db"] };
        for (const stack of single) {
            assertHas(await container(stack, "postgres"), {
                startupProbe: { exec: alive, periodSeconds: 5, failureThreshold: 30 },
                readinessProbe: { exec, initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 3 },
                livenessProbe: { exec: alive, initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 3 },
            });
        }
    });

    it("T-35: has a minute to shut down", async () => {
        assert.equal((await object("dev", "StatefulSet", "postgres")).spec.template.spec.terminationGracePeriodSeconds, 60);
    });

    it("T-36 T-44: init.sql is run by the image on an empty volume, and by Job taskflow-db-init after every change", async () => {
        for (const stack of single) {
            const { recording } = await taskflow(stack);
            assert.deepEqual(Object.keys(recording.object("ConfigMap", "postgres-init-script").inputs.data), ["init.sql"]);
            for (const [workload, name] of [["postgres", "postgres"], ["taskflow-db-init", "psql"]] as const) {
                const mount = (await container(stack, workload, {}, name)).volumeMounts.find(({ mountPath }) => mountPath === "/docker-entrypoint-initdb.d");
                const volumes = podsOf(recording).find(pods => pods.name === workload)?.template.spec.volumes;
                assertHas(volumes?.find(volume => volume.name === mount?.name), { configMap: { name: "postgres-init-script" } });
            }
            assert.equal((await object(stack, "StatefulSet", "postgres")).spec.template.spec.initContainers, undefined);
            assert.match((await container(stack, "taskflow-db-init", {}, "psql")).command.join(" "), /psql .*--file="\$\{INIT_FILE:-\/docker-entrypoint-initdb\.d\/init\.sql\}"/);
            const job = recording.object("Job", "taskflow-db-init");
            assert.deepEqual([job.deleteBeforeReplace, job.replaceOnChanges], [true, ["spec"]]);
            assert.ok(recording.before(job).has(recording.object("StatefulSet", "postgres").urn));
        }
    });

    it("T-44 T-60: a changed init.sql or password makes the Job a new one", async () => {
        const annotations = async (settings: object): Promise<Record<string, string>> =>
            (await object("dev", "Job", "taskflow-db-init", { ...settings })).spec.template.metadata.annotations;
        const [before, seeded, rotated] = [await annotations({}), await annotations({ postgres: { seedRows: 7 } }),
            await annotations({ postgres: { rotation: 1 } })];
        assert.notEqual(before["checksum/config"], seeded["checksum/config"]);
        assert.notEqual(before["checksum/secrets"], rotated["checksum/secrets"]);
    });

    it("T-37 T-38 T-42: the schema is always created, test rows only where the stack config wants them", async () => {
        const sql = async (stack: "dev" | "staging" | "prod", settings = {}): Promise<string> =>
            (await object(stack, "ConfigMap", "postgres-init-script", settings)).data["init.sql"];
        for (const stack of stacks) {
            assert.match(await sql(stack), /CREATE TABLE IF NOT EXISTS tasks[^;]*;\nCREATE INDEX IF NOT EXISTS idx_tasks_completed/);
        }
        assert.match(await sql("dev"), /generate_series\(1, 1000\)/);
        assert.match(await sql("staging"), /generate_series\(1, 1000\)/);
        assert.doesNotMatch(await sql("prod"), /INSERT/);
        assert.match(await sql("dev", { postgres: { seedRows: 20 } }), /generate_series\(1, 20\)/);
    });

    it("T-45: no container gets a database credential but those that connect, and these by key", async () => {
        const key = (name: string, secretKey: string): string => `${name}=postgres-secret/${secretKey}`;
        const exporter = "postgres-exporter/DATA_SOURCE_PASS";
        const expected: Readonly<Record<string, string[]>> = {
            "postgres/postgres": ["postgres-secret/*", `EXPORTER_PASSWORD=${exporter}`],
            "postgres/exporter": ["DATA_SOURCE_USER=postgres-exporter/DATA_SOURCE_USER", `DATA_SOURCE_PASS=${exporter}`],
            "taskflow-db-init/psql": [
                key("DATABASE_USER", "POSTGRES_USER"), key("POSTGRES_PASSWORD", "POSTGRES_PASSWORD"), key("PREVIOUS_PASSWORD", "PREVIOUS_PASSWORD"),
                `EXPORTER_PASSWORD=${exporter}`,
            ],
            "backend-api/wait-for-db": [key("DATABASE_USER", "POSTGRES_USER"), key("PGPASSWORD", "POSTGRES_PASSWORD")],
            "backend-api/api": [key("DATABASE_USER", "POSTGRES_USER"), key("DATABASE_PASSWORD", "POSTGRES_PASSWORD")],
        };
        const found: Record<string, string[]> = {};
        for (const { name, template: { spec } } of podsOf((await taskflow("dev")).recording)) {
            for (const each of [...spec.initContainers ?? [], ...spec.containers]) {
                const credentials = sources(each).filter(source => source.includes("postgres-"));
                if (credentials.length > 0) {
                    found[`${name}/${each.name}`] = credentials.sort();
                }
            }
        }
        assert.deepEqual(found, Object.fromEntries(Object.entries(expected).map(([name, list]) => [name, [...list].sort()])));
    });

    it("T-52: the connection limit is handed to the server", async () => {
        assert.deepEqual((await container("dev", "postgres")).args, ["-c", "max_connections=100"]);
        assert.deepEqual((await container("dev", "postgres", { postgres: { maximumConnections: 50 } })).args, ["-c", "max_connections=50"]);
    });
});

describe("TaskFlow Redis", () => {
    it("T-46 T-50: a pure cache of 128mb that evicts and writes nothing to disk", async () => {
        for (const stack of single) {
            const server = await container(stack, "redis");
            const line = [...server.command, ...server.args].join(" ");
            assert.match(line, /^redis-server .*--maxmemory 128mb --maxmemory-policy allkeys-lru/);
            assert.match(line, / --save {2}--appendonly no/);
            assert.deepEqual(server.ports, [{ name: "redis", containerPort: 6379, protocol: "TCP" }]);
            assert.equal((await object(stack, "Deployment", "redis")).spec.replicas, 1);
        }
    });

    it("T-48: the memory limit stays 1.4 times above maxmemory, also where the stack config changes both", async () => {
        for (const settings of [{}, { redis: { maximumMemory: "256mb", memoryLimit: "512Mi" } }]) {
            const server = await container("dev", "redis", settings);
            const maximum = server.args[server.args.indexOf("--maxmemory") + 1]?.replace("mb", "Mi") ?? assert.fail("no --maxmemory");
            assert.ok(parseQuantity(server.resources.limits["memory"] ?? "0") >= 1.4 * parseQuantity(maximum));
        }
    });

    it("T-49: alive while its port answers, ready only for PONG", async () => {
        for (const stack of single) {
            assertHas(await container(stack, "redis"), {
                livenessProbe: { tcpSocket: { port: "redis" }, initialDelaySeconds: 15, periodSeconds: 10 },
                readinessProbe: { exec: { command: ["sh", "-c", "redis-cli ping | grep -q PONG"] }, initialDelaySeconds: 5, periodSeconds: 5 },
            });
        }
    });

    it("T-51: no password by default; with authentication a generated one, for the server, its exporter and the backend", async () => {
        const { recording } = await taskflow("dev");
        assert.equal(recording.has("Secret", "redis-secret"), false);
        const settings = { redis: { authentication: true } };
        for (const [workload, name] of [["redis", "redis"], ["redis", "exporter"], ["backend-api", "api"]] as const) {
            const reference = "REDIS_PASSWORD=redis-secret/REDIS_PASSWORD";
            assert.ok(sources(await container("dev", workload, settings, name)).includes(reference), `${workload}/${name}`);
            assert.ok(!sources(await container("dev", workload, {}, name)).includes(reference));
        }
        const server = await container("dev", "redis", settings);
        assert.match(server.command.join(" "), /\$REDIS_PASSWORD/);
        assert.doesNotMatch(server.args.join(" "), /PASSWORD/);
    });
});
