import assert from "node:assert/strict";
import { aliveScript } from "../../../../components/data/postgres/probes";
import { databaseSql } from "../../../../components/platforms/aquaerp/databaseSql";
import type { Inputs } from "../../../harness/mocks";
import { amounts, variablesOf } from "../../../harness/pods";
import { aquaerp, backend, claims, container, find, names, object, objectNames, pods, stacks, workers } from "../../../harness/platforms/aquaerp";

/** The definitions that RabbitMQ loads. */
async function definitions(stack: typeof stacks[number], rabbitmq = {}): Promise<Inputs> {
    const secret = await object(stack, "Secret", "rabbitmq-definitions", { rabbitmq });
    return JSON.parse(secret.stringData["definitions.json"]);
}

describe("AquaERP data services", () => {
    it("A-31 A-32 A-33: PostgreSQL 17 with database aquaerp, one pod of StatefulSet postgresql behind a headless Service on 5432", async () => {
        for (const stack of stacks) {
            const postgres = await container(stack, "postgresql");
            assert.match(postgres.image, /^postgres:17\.\d+/);
            const { PGDATA, POSTGRES_USER, POSTGRES_DB } = variablesOf(postgres);
            assert.deepEqual([PGDATA, POSTGRES_USER, POSTGRES_DB], ["/var/lib/postgresql/data/pgdata", "postgres-superuser/username", "aquaerp"]);
            assert.equal((await object(stack, "Secret", "postgres-superuser")).stringData.username, "postgres");
            const { spec } = await object(stack, "StatefulSet", "postgresql");
            assert.deepEqual([spec.replicas, spec.serviceName], [1, "postgresql"]);
            const service = (await object(stack, "Service", "postgresql")).spec;
            assert.deepEqual([service.clusterIP, service.ports.map(({ port }: { port: number }) => port)], ["None", [5432]]);
        }
    });

    it("A-34 A-35 A-119: claim postgresql-data, which prod refuses to delete", async () => {
        const sizes = { dev: "2Gi", staging: "10Gi", prod: "10Gi" };
        for (const stack of stacks) {
            const program = await aquaerp(stack);
            const { inputs, protect } = find(program, "PersistentVolumeClaim", "postgresql-data");
            assert.deepEqual(inputs.spec.accessModes, ["ReadWriteOnce"]);
            assert.equal(inputs.spec.resources.requests.storage, sizes[stack]);
            assert.equal(inputs.spec.storageClassName, undefined);
            assert.equal(protect, stack === "prod");
            const { volumes } = (await pods(stack, "postgresql")).template.spec;
            assert.deepEqual(volumes.flatMap(volume => volume.persistentVolumeClaim?.claimName ?? []), ["postgresql-data"]);
        }
        assert.equal((await object("prod", "PersistentVolumeClaim", "postgresql-data", { storageClass: "fast" })).spec.storageClassName, "fast");
    });

    it("A-36 A-52: the services connect as aquaerp_app, which owns the database; only server, set-up and dumps know the superuser", async () => {
        for (const stack of stacks) {
            const program = await aquaerp(stack);
            for (const name of workers) {
                const { DATABASE_USERNAME, DATABASE_PASSWORD } = variablesOf(await container(stack, name));
                assert.deepEqual([DATABASE_USERNAME, DATABASE_PASSWORD], ["postgres-secret/username", "postgres-secret/password"]);
            }
            assert.equal((await object(stack, "Secret", "postgres-secret")).stringData.username, "aquaerp_app");
            const users = program.recording.objects.filter(({ type, inputs }) => /Deployment|StatefulSet|:Job|CronJob/.test(type)
                && JSON.stringify(inputs).includes("postgres-superuser")).map(({ inputs }) => inputs.metadata.name);
            assert.deepEqual(users.sort(), [...(stack === "dev" ? [] : ["postgresql-backup"]), "postgresql", "postgresql-init",
                ...(stack === "dev" ? [] : ["postgresql-restore"])].sort());
            const sql = (await object(stack, "ConfigMap", "postgresql-init")).data["init.sql"];
            assert.match(sql, /ALTER DATABASE aquaerp OWNER TO aquaerp_app;/);
            assert.doesNotMatch(sql, /SUPERUSER/i);
        }
    });

    it("A-37: one database for all; on demand a schema, a role and a Secret for each service", async () => {
        assert.ok(!(await object("prod", "ConfigMap", "postgresql-init")).data["init.sql"].includes("CREATE SCHEMA"));
        const settings = { postgres: { schemaPerService: true } };
        const sql = (await object("prod", "ConfigMap", "postgresql-init", settings)).data["init.sql"];
        for (const name of workers) {
            const schema = name.replace("-service", "");
            assert.ok(sql.includes(`CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION aquaerp_${schema};`));
            assert.ok(sql.includes(`ALTER ROLE aquaerp_${schema} IN DATABASE aquaerp SET search_path = ${schema};`));
            assert.equal(variablesOf(await container("prod", name, settings))["DATABASE_USERNAME"], `${name}-database/username`);
        }
        const role = { role: "x; DROP", environment: "P" };
        assert.throws(() => databaseSql({ database: "d", owner: role, exporter: role }), /role is "x; DROP"; allowed are names/);
    });

    it("A-38 F16: pg_isready over TCP with three degrees of patience", async () => {
        for (const stack of stacks) {
            const { startupProbe, readinessProbe, livenessProbe } = await container(stack, "postgresql");
            const alive = { command: ["sh", "-c", aliveScript] };
            const exec = { command: ["pg_isready", "-h", "127.0.0.1", "-U", "postgres", "-d", "aquaerp"] };
            assert.deepEqual(startupProbe, { exec: alive, periodSeconds: 5, failureThreshold: 30, timeoutSeconds: 3 });
            assert.deepEqual(readinessProbe, { exec, periodSeconds: 5, timeoutSeconds: 3 });
            assert.deepEqual(livenessProbe, { exec: alive, periodSeconds: 10, failureThreshold: 6, timeoutSeconds: 3 });
        }
    });

    it("A-39 A-40: PostgreSQL's resources in each environment, and its exporter on 9187", async () => {
        assert.deepEqual(amounts(await container("dev", "postgresql")), ["100m/256Mi", "500m/512Mi"]);
        assert.deepEqual(amounts(await container("staging", "postgresql")), ["250m/512Mi", "1/1Gi"]);
        assert.deepEqual(amounts(await container("prod", "postgresql")), ["500m/1Gi", "2/2Gi"]);
        for (const stack of ["staging", "prod"] as const) {
            const exporter = await container(stack, "postgresql", {}, "exporter");
            assert.deepEqual(exporter.ports.map(({ containerPort }) => containerPort), [9187]);
            assert.equal(variablesOf(exporter)["DATA_SOURCE_USER"], "postgresql-exporter/DATA_SOURCE_USER");
            assert.match((await object(stack, "ConfigMap", "postgresql-init")).data["init.sql"], /GRANT pg_monitor TO exporter;/);
        }
    });

    it("A-41: max_connections holds every pod's pool during a roll-out; less is refused", async () => {
        assert.deepEqual((await container("prod", "postgresql")).args, ["-c", "max_connections=230"]);
        const bigger = { postgres: { poolSize: 20 } };
        assert.deepEqual((await container("prod", "postgresql", bigger)).args, ["-c", "max_connections=440"]);
        await assert.rejects(aquaerp("prod", { postgres: { maximumConnections: 200 } }), /maximumConnections is 200; allowed is 230 or more/);
    });

    it("A-43 A-44 A-45 A-120: RabbitMQ 4.3 on 5672, one node or three, each with a volume; its other ports stay inside", async () => {
        const expected = { dev: [1, "2Gi"], staging: [1, "5Gi"], prod: [3, "10Gi"] } as const;
        for (const stack of stacks) {
            const [nodes, size] = expected[stack];
            const { image } = await container(stack, "rabbitmq");
            assert.match(image, /^rabbitmq:4\.3\.\d+-management$/);
            const { spec } = await object(stack, "StatefulSet", "rabbitmq");
            assert.equal(spec.replicas, nodes);
            assert.equal(spec.volumeClaimTemplates[0].spec.resources.requests.storage, size);
            const service = (await object(stack, "Service", "rabbitmq")).spec;
            assert.equal(service.type, "ClusterIP");
            assert.deepEqual(service.ports.map(({ port }: { port: number }) => port), [5672, 15672, 15692]);
            assert.equal(Object.keys(await claims(stack)).filter(name => name.startsWith("data-rabbitmq-")).length, nodes);
        }
        assert.equal((await object("staging", "StatefulSet", "rabbitmq", { rabbitmq: { replicas: 3 } })).spec.replicas, 3);
        const operated = await objectNames("prod", "RabbitmqCluster", { rabbitmq: { operator: true } });
        assert.deepEqual(operated, ["rabbitmq"]);
    });

    it("A-46: quorum queues with a delivery limit and dead letters by policy; names and TTL are settings", async () => {
        for (const stack of stacks) {
            assert.match((await object(stack, "ConfigMap", "rabbitmq-config")).data["rabbitmq.conf"], /default_queue_type = quorum/);
            const { policies, queues } = await definitions(stack);
            assert.deepEqual(policies.map((policy: Inputs) => policy.definition), [{ "dead-letter-exchange": "dead-letters.dlx", "delivery-limit": 5 }]);
            assert.deepEqual(queues.map((queue: Inputs) => [queue.name, queue.arguments["x-queue-type"]]), [["dead-letters.dlq", "quorum"]]);
            const pattern = new RegExp(policies[0].pattern);
            assert.deepEqual(["factures", "factures.dlq"].map(name => pattern.test(name)), [true, false]);
        }
        const { policies, queues, exchanges, bindings } = await definitions("prod", { queues: ["factures"], messageTtlSeconds: 60 });
        assert.deepEqual(queues.map((queue: Inputs) => queue.name), ["factures", "dead-letters.dlq", "factures.dlq"]);
        assert.ok(exchanges.some((exchange: Inputs) => exchange.name === "factures.dlx"));
        assert.ok(bindings.some((binding: Inputs) => binding.source === "factures.dlx" && binding.destination === "factures.dlq"));
        const own = policies.find((policy: Inputs) => policy.pattern === "^factures$");
        assert.deepEqual(own.definition, { "dead-letter-exchange": "factures.dlx", "delivery-limit": 5, "message-ttl": 60000 });
        assert.ok(own.priority > policies[0].priority);
    });

    it("A-47 A-49: no guest; one generated user, whose url every service of the back end gets", async () => {
        for (const stack of stacks) {
            assert.deepEqual((await definitions(stack)).users.map((user: Inputs) => user.name), ["aquaerp"]);
            const { stringData } = await object(stack, "Secret", "rabbitmq-secret");
            assert.deepEqual(Object.keys(stringData).sort(), ["password", "url", "username"]);
            assert.equal(stringData.url, `amqp://aquaerp:${stringData.password}@rabbitmq:5672`);
            for (const name of backend) {
                assert.equal(variablesOf(await container(stack, name))["RABBITMQ_URL"], "rabbitmq-secret/url");
            }
            assert.equal(variablesOf(await container(stack, "frontend"))["RABBITMQ_URL"], undefined);
        }
        const renamed = variablesOf(await container("dev", "api-gateway", { variables: { rabbitmqUrl: "AMQP_URL" } }));
        assert.deepEqual([renamed["AMQP_URL"], renamed["RABBITMQ_URL"]], ["rabbitmq-secret/url", undefined]);
    });

    it("A-48: RabbitMQ's resources; three nodes are kept apart, and one of them may be evicted", async () => {
        for (const stack of ["dev", "staging"] as const) {
            assert.deepEqual(amounts(await container(stack, "rabbitmq")), ["100m/256Mi", "500m/1Gi"]);
            assert.ok(!(await objectNames(stack, "PodDisruptionBudget")).includes("rabbitmq"));
        }
        assert.deepEqual(amounts(await container("prod", "rabbitmq")), ["250m/512Mi", "1/1Gi"]);
        assert.equal((await object("prod", "PodDisruptionBudget", "rabbitmq")).spec.maxUnavailable, 1);
        const { affinity } = (await pods("prod", "rabbitmq")).template.spec;
        assert.equal(affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]?.topologyKey, "kubernetes.io/hostname");
    });

    it("A-124: no backups in dev, daily ones for 7 and 30 days elsewhere", async () => {
        assert.deepEqual(await objectNames("dev", "CronJob"), []);
        for (const [stack, days] of [["staging", 7], ["prod", 30]] as const) {
            const { spec } = await object(stack, "CronJob", "postgresql-backup");
            assert.deepEqual([spec.schedule, spec.concurrencyPolicy, spec.startingDeadlineSeconds], ["0 2 * * *", "Forbid", 3600]);
            assert.deepEqual([spec.successfulJobsHistoryLimit, spec.failedJobsHistoryLimit], [3, 3]);
            const dump = await container(stack, "postgresql-backup", {}, "dump");
            assert.match(dump.command.join("\n"), /-mmin "\+\$\(\( RETENTION_DAYS \* 24 \* 60 \)\)"/);
            assert.equal(variablesOf(dump)["RETENTION_DAYS"], String(days));
        }
    });

    it("A-50 A-51 A-57 A-58: app-config and generated secrets; a changed ConfigMap changes the pods that read it", async () => {
        const modes = { dev: ["development", "debug"], staging: ["production", "info"], prod: ["production", "info"] } as const;
        for (const stack of stacks) {
            const [mode, level] = modes[stack];
            assert.deepEqual((await object(stack, "ConfigMap", "app-config")).data,
                { NODE_ENV: mode, DATABASE_HOST: "postgresql", DATABASE_PORT: "5432", DATABASE_NAME: "aquaerp" });
            for (const name of names) {
                const rendered = await container(stack, name);
                assert.equal(variablesOf(rendered)["LOG_LEVEL"], level);
                assert.deepEqual(rendered.envFrom ?? [], workers.includes(name) ? [{ configMapRef: { name: "app-config" } }] : []);
                assert.equal(variablesOf(rendered)["NODE_ENV"], workers.includes(name) ? undefined : mode);
            }
        }
        const digest = async (settings = {}): Promise<string> =>
            (await pods("prod", "auth-service", settings)).template.metadata.annotations["checksum/config"] as string;
        assert.notEqual(await digest(), await digest({ nodeEnvironment: "development" }));
        assert.equal(await digest(), await digest({ logLevel: "warn" }));
    });
});
