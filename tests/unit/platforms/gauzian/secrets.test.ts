import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { canary, secretMark } from "../../../harness/mocks";
import type { StackValues } from "../../../harness/program";
import { secretArgs } from "../../../../components/platforms/gauzian/secrets";
import { allContainers, variablesOf } from "../../../harness/pods";
import { container, find, gauzian, object, pods, stacks } from "../../../harness/platforms/gauzian";

const documented = [
    "DB_USER", "DB_PASSWORD", "DB_NAME", "DATABASE_URL", "MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD", "S3_BUCKET", "JWT_SECRET",
];

describe("GAUZIAN configuration and secrets", () => {
    it("G-44 G-45 G-48 G-60: gauzian-secrets has the eight documented keys and the added ones", async () => {
        for (const stack of stacks) {
            const { type, stringData } = await object(stack, "Secret", "gauzian-secrets");
            assert.equal(type, "Opaque");
            assert.deepEqual(Object.keys(stringData).sort(),
                [...documented, "DB_PASSWORD_PREVIOUS", "REDIS_PASSWORD", "REDIS_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY"].sort());
            assert.deepEqual([stringData.DB_USER, stringData.DB_NAME, stringData.S3_BUCKET], ["gauzian_user", "gauzian_db", "gauzian-chunks"]);
            assert.equal(stringData.DATABASE_URL, `postgres://gauzian_user:${stringData.DB_PASSWORD}@postgres:5432/gauzian_db`);
            for (const key of ["DB_PASSWORD", "MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD", "JWT_SECRET"]) {
                assert.ok(stringData[key].startsWith(canary), key);
            }
        }
    });

    it("G-46 G-47: what is generated is long enough, and only letters, digits and, for the JWT key, 64 hexadecimal ones", async () => {
        for (const stack of stacks) {
            const { recording } = await gauzian(stack);
            const generated = recording.registrations.filter(({ type, name }) => type.startsWith("random:") && name.startsWith("gauzian-secrets"));
            const length = (key: string): number => {
                const found = generated.filter(({ name }) => name.includes(`secrets-${key}`));
                assert.ok(found.length > 0, key);
                found.forEach(({ inputs, type }) => assert.ok(type.endsWith(":RandomBytes") || inputs.special === false, key));
                return found[0]?.inputs.length;
            };
            assert.ok(length("db-password") >= 43);
            assert.ok(length("minio-root-password") >= 43);
            assert.ok(length("minio-root-user") * Math.log2(62) >= 128);
            assert.equal(length("jwt-secret"), 32, "bytes, two digits each");
        }
    });

    it("G-46 G-59: every value of the Secret is marked as secret, and none is anywhere else in plain text", async () => {
        for (const stack of stacks) {
            const program = await gauzian(stack);
            const { shown } = find(program, "Secret", "gauzian-secrets");
            const marked = JSON.stringify(shown.stringData ?? shown);
            assert.ok(marked.includes(secretMark) && !marked.includes(canary));
            for (const { type, name, shown: visible } of program.recording.registrations) {
                assert.ok(!JSON.stringify(visible).includes(canary), `${type} ${name}`);
            }
            for (const { inputs } of program.recording.ofKind("ConfigMap")) {
                assert.ok(!JSON.stringify(inputs).includes(canary));
            }
        }
        const ignored = readFileSync(join(__dirname, "../../../../.gitignore"), "utf8").split("\n");
        assert.ok(ignored.includes("secrets.yaml"), ".gitignore has secrets.yaml");
    });

    it("G-48: no container reads a whole Secret", async () => {
        for (const stack of stacks) {
            for (const [name, { envFrom }] of allContainers((await gauzian(stack)).recording)) {
                assert.ok(!(envFrom ?? []).some(({ secretRef }) => secretRef), name);
            }
            const keys = Object.values(variablesOf(await container(stack, "minio"))).filter(value => value.startsWith("gauzian-secrets/"));
            assert.deepEqual(keys.sort(), ["gauzian-secrets/MINIO_ROOT_PASSWORD", "gauzian-secrets/MINIO_ROOT_USER"]);
        }
    });

    it("G-49 G-50 G-51 G-52 G-53 G-54 G-24: the backend has exactly its nineteen variables", async () => {
        const key = (name: string): string => `gauzian-secrets/${name}`;
        for (const stack of stacks) {
            assert.deepEqual(variablesOf(await container(stack, "backend")), {
                DATABASE_URL: key("DATABASE_URL"), DB_USER: key("DB_USER"), DB_PASSWORD: key("DB_PASSWORD"), DB_NAME: key("DB_NAME"),
                REDIS_URL: key("REDIS_URL"),
                S3_ENDPOINT: "http://minio:9000", S3_REGION: "us-east-1", S3_BUCKET: key("S3_BUCKET"),
                S3_ACCESS_KEY: key("S3_ACCESS_KEY"), S3_SECRET_KEY: key("S3_SECRET_KEY"),
                AWS_ACCESS_KEY_ID: key("S3_ACCESS_KEY"), AWS_SECRET_ACCESS_KEY: key("S3_SECRET_KEY"), AWS_DEFAULT_REGION: "us-east-1",
                JWT_SECRET: key("JWT_SECRET"), COOKIE_SECURE: "true",
                HOST: "0.0.0.0", PORT: "8080",
                RUST_LOG: "gauzian_back=info,tower_http=info,sqlx=warn",
                MAX_CONCURRENT_UPLOADS: "30",
            });
        }
    });

    it("G-52: insecure cookies are for dev alone", async () => {
        assert.equal(variablesOf(await container("dev", "backend", { backend: { cookieSecure: false } }))["COOKIE_SECURE"], "false");
        for (const stack of ["staging", "prod"] as const) {
            await assert.rejects(gauzian(stack, { backend: { cookieSecure: false } }), /backend\.cookieSecure is false; allowed is true/);
        }
    });

    it("G-55: newer images get further variables, and Prometheus the metrics' secret in a file", async () => {
        const settings = { backend: {
            extraEnv: { SMTP_HOST: "mail.example.com" }, extraSecretEnv: { SMTP_PASSWORD: { secretName: "smtp", key: "password" } }, metricsSecret: true,
        } };
        const env = variablesOf(await container("staging", "backend", settings));
        assert.deepEqual([env["SMTP_HOST"], env["SMTP_PASSWORD"]], ["mail.example.com", "smtp/password"]);
        assert.equal(env["METRICS_SECRET"], "gauzian-secrets/METRICS_SECRET");
        const program = await gauzian("staging", settings);
        const copy = find(program, "Secret", "prometheus-backend-token", "monitoring");
        assert.equal(copy.inputs.stringData.token, find(program, "Secret", "gauzian-secrets").inputs.stringData.METRICS_SECRET);
        assert.ok(!JSON.stringify(copy.shown).includes(canary));
        const { data } = find(program, "ConfigMap", "prometheus-config", "monitoring").inputs;
        const job = parse(data["prometheus.yml"]).scrape_configs.find((item: { job_name: string }) => item.job_name === "gauzian-backend");
        assert.deepEqual(job.authorization, { type: "Bearer", credentials_file: "/etc/prometheus-token/token" });
        assert.ok((await container("staging", "prometheus", settings)).volumeMounts.some(({ mountPath }) => mountPath === "/etc/prometheus-token"));
    });

    it("G-57 G-58: a step of one counter makes a new value and rolls its readers only", async () => {
        const digests = async (settings: StackValues): Promise<Record<string, string>> => Object.fromEntries(await Promise.all(
            ["backend", "front", "postgres", "redis", "minio"].map(async name =>
                [name, (await pods("prod", name, settings)).template.metadata.annotations?.["checksum/secrets"] ?? ""])));
        const first = await digests({});
        const changed = async (counter: string): Promise<string[]> => {
            const next = await digests({ rotation: { [counter]: 1 } });
            return Object.keys(first).filter(name => first[name] !== next[name]).sort();
        };
        assert.deepEqual(await changed("jwt"), ["backend"]);
        assert.deepEqual(await changed("db"), ["backend", "postgres"]);
        assert.deepEqual(await changed("redis"), ["backend", "redis"]);
        assert.deepEqual(await changed("minio"), ["backend", "minio"]);
    });

    it("G-58: a new database password is set with the old one at hand", async () => {
        const before = await object("prod", "Secret", "gauzian-secrets");
        const after = await object("prod", "Secret", "gauzian-secrets", { rotation: { db: 1 } });
        assert.notEqual(after.stringData.DB_PASSWORD, before.stringData.DB_PASSWORD);
        assert.equal(after.stringData.DB_PASSWORD_PREVIOUS, before.stringData.DB_PASSWORD);
        const env = variablesOf(await container("prod", "postgres-roles", {}, "psql"));
        assert.equal(env["PREVIOUS_PASSWORD"], "gauzian-secrets/DB_PASSWORD_PREVIOUS");
        assert.match((await object("prod", "ConfigMap", "postgres-roles")).data["roles.sql"], /ALTER ROLE/);
    });

    it("G-58: the backend's user of MinIO keeps its name and gets a new key, so that no former user stays enabled", async () => {
        const before = (await object("prod", "Secret", "gauzian-secrets")).stringData;
        const after = (await object("prod", "Secret", "gauzian-secrets", { rotation: { minio: 1 } })).stringData;
        assert.equal(after.S3_ACCESS_KEY, before.S3_ACCESS_KEY);
        const kept = ["DB_USER", "DB_PASSWORD", "DB_NAME", "JWT_SECRET", "REDIS_PASSWORD", "S3_ACCESS_KEY", "S3_BUCKET"];
        assert.deepEqual(kept.filter(key => after[key] !== before[key]), []);
        for (const key of ["S3_SECRET_KEY", "MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"]) {
            assert.notEqual(after[key], before[key], key);
        }
    });

    it("G-141: nothing makes the backend log more than requests", async () => {
        for (const stack of stacks) {
            const text = JSON.stringify(variablesOf(await container(stack, "backend")));
            assert.doesNotMatch(text, /debug|trace|body/i);
            assert.match(text, /tower_http=info/);
        }
    });

    it("G-47: the eight documented keys come from one table", () => {
        const args = secretArgs({
            rotation: { jwt: 0, db: 0, redis: 0, minio: 0 }, redis: { auth: true }, s3: { useRootCredentials: false },
            backend: { metricsSecret: false },
        } as never);
        const keys = [...Object.keys(args.values), ...Object.keys(args.passwords), ...Object.keys(args.derived ?? {})];
        assert.ok(documented.every(key => keys.includes(key)));
    });
});
