import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { canary } from "../../../harness/mocks";
import { allContainers } from "../../../harness/pods";
import type { TaskFlowOutputs } from "../../../../components/platforms/taskflow/taskflow";
import { container, everything, object, stacks, taskflow } from "../../../harness/platforms/taskflow";

const checksums = async (settings: object): Promise<Record<string, string>> =>
    (await object("dev", "Deployment", "backend-api", { ...settings })).spec.template.metadata.annotations;

describe("TaskFlow configuration and secrets", () => {
    it("T-53: backend-config holds the documented keys, and container api reads it whole", async () => {
        for (const stack of stacks) {
            const { data } = await object(stack, "ConfigMap", "backend-config");
            assert.deepEqual(data, {
                DATABASE_HOST: "postgres", DATABASE_PORT: "5432", DATABASE_NAME: "taskflow_db",
                REDIS_HOST: "redis", REDIS_PORT: "6379", CACHE_TTL: "300", LOG_LEVEL: "INFO", PROMETHEUS_MULTIPROC_DIR: "/tmp/metrics",
            });
            assert.deepEqual((await container(stack, "backend-api", {}, "api")).envFrom, [{ configMapRef: { name: "backend-config" } }]);
        }
    });

    it("T-54 T-55: postgres-secret is Opaque, with user, database and a generated password of 32 letters and digits", async () => {
        for (const stack of stacks) {
            const { recording } = await taskflow(stack);
            const { type, stringData } = recording.object("Secret", "postgres-secret").inputs;
            assert.equal(type, "Opaque");
            assert.deepEqual([stringData.POSTGRES_USER, stringData.POSTGRES_DB], ["taskflow", "taskflow_db"]);
            assert.ok(stringData.POSTGRES_PASSWORD.startsWith(canary));
            for (const { inputs } of recording.ofType("random:index/randomPassword:RandomPassword")) {
                assert.deepEqual([inputs.length, inputs.special], [32, false]);
            }
        }
    });

    it("T-56: container api gets user and password by reference", async () => {
        const reference = (key: string): object => ({ secretKeyRef: { name: "postgres-secret", key } });
        for (const stack of stacks) {
            assert.deepEqual((await container(stack, "backend-api", {}, "api")).env, [
                { name: "DATABASE_USER", valueFrom: reference("POSTGRES_USER") },
                { name: "DATABASE_PASSWORD", valueFrom: reference("POSTGRES_PASSWORD") },
            ]);
        }
    });

    it("T-57: Grafana's administrator comes from grafana-credentials, the generated password is a secret output", async () => {
        for (const stack of stacks) {
            const { recording, outputs } = await taskflow(stack);
            const { stringData } = recording.object("Secret", "grafana-credentials").inputs;
            assert.equal(stringData.GF_SECURITY_ADMIN_USER, "admin");
            assert.ok(stringData.GF_SECURITY_ADMIN_PASSWORD.startsWith(canary));
            const { env } = await container(stack, "grafana");
            for (const key of ["GF_SECURITY_ADMIN_USER", "GF_SECURITY_ADMIN_PASSWORD"]) {
                assert.deepEqual(env.find(({ name }) => name === key)?.valueFrom, { secretKeyRef: { name: "grafana-credentials", key } });
            }
            const { grafanaUser, grafanaPassword } = outputs["taskflow"] as TaskFlowOutputs;
            assert.equal(grafanaUser, "admin");
            assert.ok(grafanaPassword);
            const password = await new Promise(resolve => { grafanaPassword.apply(resolve); });
            assert.equal(password, stringData.GF_SECURITY_ADMIN_PASSWORD);
            assert.equal(await pulumi.isSecret(grafanaPassword), true);
        }
    });

    it("T-58: Grafana's address is the document's template in dev, the host in staging and prod", async () => {
        for (const [stack, address] of [
            ["dev", "%(protocol)s://%(domain)s:%(http_port)s/"], ["staging", "https://grafana.taskflow.staging.example.com/"],
            ["prod", "https://grafana.taskflow.example.com/"],
        ] as const) {
            const { env } = await container(stack, "grafana");
            assert.equal(env.find(({ name }) => name === "GF_SERVER_ROOT_URL")?.value, address);
        }
    });

    it("T-59: one value names the database everywhere", async () => {
        const settings = { postgres: { database: "other_db" } };
        assert.equal((await object("dev", "ConfigMap", "backend-config", settings)).data.DATABASE_NAME, "other_db");
        assert.equal((await object("dev", "Secret", "postgres-secret", settings)).stringData.POSTGRES_DB, "other_db");
        for (const { shown } of (await taskflow("dev", settings)).recording.registrations) {
            assert.doesNotMatch(JSON.stringify(shown), /taskflow_db/);
        }
    });

    it("T-60: a changed backend-config or postgres-secret rolls backend-api", async () => {
        const before = await checksums({});
        const renamed = await checksums({ postgres: { database: "other_db" } });
        const rotated = await checksums({ postgres: { rotation: 1 } });
        assert.notEqual(renamed["checksum/config"], before["checksum/config"]);
        assert.equal(rotated["checksum/config"], before["checksum/config"]);
        assert.notEqual(rotated["checksum/secrets"], before["checksum/secrets"]);
        assert.deepEqual(await checksums({ grafana: { rotation: 1 } }), before);
    });

    it("T-60: a rotation gives the Job both passwords, and every consumer the new one", async () => {
        const secret = async (rotation: number): Promise<Record<string, string>> =>
            (await object("dev", "Secret", "postgres-secret", { postgres: { rotation } })).stringData;
        const [first, second, third] = [await secret(0), await secret(1), await secret(2)];
        assert.equal(second["PREVIOUS_PASSWORD"], first["POSTGRES_PASSWORD"]);
        assert.equal(third["PREVIOUS_PASSWORD"], second["POSTGRES_PASSWORD"]);
        assert.equal(new Set([first, second, third].map(each => each["POSTGRES_PASSWORD"])).size, 3);
    });

    it("T-61: every ConfigMap is UTF-8 without a trace of another encoding", async () => {
        for (const stack of stacks) {
            for (const { name, inputs } of (await taskflow(stack)).recording.ofKind("ConfigMap")) {
                const text = Object.values<string>(inputs.data).join("\n");
                assert.doesNotMatch(text, /√|Ã|\uFFFD/, name);
                assert.equal(Buffer.from(text, "utf8").toString("utf8"), text);
            }
        }
        const page = (await object("dev", "ConfigMap", "frontend-html")).data["index.html"];
        for (const word of ["Tâches", "Complétées", "Rafraîchir", "Priorité"]) {
            assert.ok(page.includes(word), word);
        }
    });

    it("T-84 T-128: stress is enabled in the API where it is exposed or tested, and nowhere else", async () => {
        const enabled = async (stack: "dev" | "staging" | "prod", settings = {}): Promise<unknown> =>
            (await object(stack, "ConfigMap", "backend-config", settings)).data.STRESS_ENABLED;
        for (const stack of stacks) {
            assert.equal(await enabled(stack), undefined);
        }
        assert.equal(await enabled("dev", { backend: { exposeStress: true } }), "true");
        assert.equal(await enabled("dev", everything.dev), "true");
    });

    it("T-94: the memory request is stack config", async () => {
        const { resources } = await container("dev", "backend-api", { backend: { memoryRequest: "192Mi" } }, "api");
        assert.deepEqual([resources.requests["memory"], resources.limits["memory"]], ["192Mi", "256Mi"]);
    });

    it("T-55 T-57: no variable holds a password in clear", async () => {
        for (const stack of stacks) {
            for (const [name, { env = [] }] of allContainers((await taskflow(stack, everything[stack])).recording)) {
                for (const { name: variable, value } of env) {
                    assert.ok(value === undefined || !/PASS|SECRET|TOKEN/.test(variable), `${name} has ${variable} in clear`);
                }
            }
        }
    });
});
