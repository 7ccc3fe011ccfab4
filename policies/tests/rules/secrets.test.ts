import assert from "node:assert/strict";
import { isConfidential, isHarmless, isSensitiveName } from "../../secrets/sensitive";
import { container, deployment } from "../compliant";
import type { Json } from "../compliant";
import type { Declared } from "../run";
import { runPack, unknownString } from "../run";
import { describeRule } from "../ruleCase";

const canary = "hunter2-canary-9f3c";
const variable = (name: string, value: unknown): Declared => deployment({ containers: [container({ env: [{ name, value }] })] });
const configMap = (data: Json, name = "config"): Declared =>
    ({ type: "kubernetes:core/v1:ConfigMap", name, props: { metadata: { name, namespace: "shop" }, data } });
const secret = (fields: Json): Declared =>
    ({ type: "kubernetes:core/v1:Secret", name: "auth", props: { metadata: { name: "auth", namespace: "shop" }, ...fields } });
const value = "spec.template.spec.containers[0].env[0].value";

describe("Names and values of secrets", () => {
    for (const name of ["DB_PASSWORD", "password", "jwtSecret", "API_KEY", "apiKey", "s3.secret-key", "GITHUB_TOKEN", "dbPwd", "SIGNING_KEY", "CREDENTIALS"]) {
        it(`${name} sounds secret`, () => assert.ok(isSensitiveName(name)));
    }
    for (const name of ["PASSWORD_FILE", "TOKEN_TTL", "SECRET_NAME", "KEY", "PUBLIC_KEY", "MONKEY", "keyboard", "TOKENS", "password_encryption", "COMPASSWORDS"]) {
        it(`${name} does not`, () => assert.ok(!isSensitiveName(name)));
    }
    for (const harmless of ["", " ", "$(DB_PASSWORD)", "${DB_PASSWORD}", "$DB_PASSWORD", "true", "30", "/run/secrets/password"]) {
        it(`${JSON.stringify(harmless)} gives nothing away`, () => assert.ok(isHarmless(harmless)));
    }
    it("names of users and databases in a Secret are not confidential, passwords and random values are", () => {
        assert.ok(!isConfidential("username", "postgres-admin"));
        assert.ok(!isConfidential("database", "taskflow"));
        assert.ok(!isConfidential("url", "postgres://db:5432/taskflow"));
        assert.ok(isConfidential("password", "correct horse"));
        assert.ok(isConfidential("value", "q8Zk3Lm9Vt2Xw7Yb"));
        assert.ok(!isConfidential("password", "short"));
    });
});

const inClear = (what: string): string[] => [`Deployment shop/web: container "web" is given ${what} in clear text`];
describeRule("secretInEnvironment", [
    { that: "a reference to a Secret", program: [deployment({ containers: [container({
        env: [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "auth", key: "password" } } }, { name: "DB_HOST", value: "db" }],
    })] })] },
    { that: "a URL whose password is a reference", program: [variable("URL", "postgres://app:$(DB_PASSWORD)@db/app")] },
    { that: "a literal password", program: [variable("DB_PASSWORD", canary)], refused: inClear("the literal value of DB_PASSWORD"), at: [value] },
    { that: "a password in a URL", program: [variable("URL", `amqp://app:${canary}@mq`)], refused: inClear("a password in a URL"), at: [value] },
    { that: "a private key", program: [variable("PEM", "-----BEGIN EC PRIVATE KEY-----\nx")], refused: inClear("a private key") },
    { that: "a web token", program: [variable("X", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc")], refused: inClear("a JSON web token") },
    { that: "an AWS access key", program: [variable("X", "AKIAIOSFODNN7EXAMPLE")], refused: inClear("an AWS access key") },
    { that: "a GitHub token", program: [variable("X", `ghp_${"a1".repeat(18)}`)], refused: inClear("a GitHub token") },
    {
        that: "secrets in commands and arguments of init and ephemeral containers",
        program: [deployment({
            initContainers: [container({ name: "i", command: ["psql", `postgres://a:${canary}@db/a`] })],
            ephemeralContainers: [{ name: "e", image: "a:1", args: [`redis://:${canary}@r`] }],
        })],
        refused: ["i", "e"].map(name => `Deployment shop/web: container "${name}" is given a password in a URL in clear text`),
        at: ["spec.template.spec.initContainers[0].command[1]", "spec.template.spec.ephemeralContainers[0].args[0]"],
    },
    { that: "a name that config declares harmless", program: [variable("NEXT_TOKEN", "abcdef")], settings: { ignoredNames: ["NEXT_TOKEN"] } },
    { that: "an unknown value, which is not judged", program: [variable("DB_PASSWORD", unknownString)], notJudged: [value] },
]);

describeRule("secretInConfigMap", [
    { that: "configuration that refers to variables", program: [configMap({ "app.conf": "password: ${DB_PASSWORD}", "password": "$DB_PASSWORD" })] },
    {
        that: "a value under a secret's name", program: [configMap({ "db-password": canary })],
        refused: ['ConfigMap shop/config: key "db-password" holds a value under a name for secrets'], at: ['data["db-password"]'],
    },
    {
        that: "a URL with a password", program: [configMap({ "app.ini": `url = postgres://app:${canary}@db/app` })],
        refused: ['ConfigMap shop/config: key "app.ini" holds a password in a URL'],
    },
    { that: "a key that config declares harmless", program: [configMap({ "next-token": "abc" })], settings: { ignoredKeys: ["next-token"] } },
    { that: "an unknown value, which is not judged", program: [configMap({ a: unknownString })], notJudged: ["data.a"] },
]);

const copied = (where: string): string => `the value of key "password" of Secret shop/auth also stands in ${where}`;
describeRule("secretCopied", [
    { that: "a Secret of its own", program: [secret({ stringData: { password: canary } }), configMap({ a: "b" }), deployment()] },
    { that: "a user name that stands in both", program: [secret({ stringData: { username: "postgres-admin" } }), configMap({ user: "postgres-admin" })] },
    {
        that: "a value that was pasted into a ConfigMap", program: [secret({ stringData: { password: canary } }), configMap({ conf: `pass ${canary};` })],
        refused: [`ConfigMap shop/config: ${copied("ConfigMap shop/config")}`], at: ["data.conf"],
    },
    {
        that: "a value that was there before the Secret", program: [configMap({ conf: `pass ${canary};` }), secret({ stringData: { password: canary } })],
        refused: [`Secret shop/auth: ${copied("ConfigMap shop/config")}`], at: ["data.conf"],
    },
    { that: "a Secret whose value is unknown, which is not compared", program: [secret({ stringData: { password: unknownString } })], notJudged: ["stringData.password"] },
    {
        that: "a base64 value in a variable, an argument and an annotation",
        program: [
            secret({ data: { password: Buffer.from(canary).toString("base64") } }),
            deployment({ containers: [container({ env: [{ name: "X", value: canary }], args: [`--x=${canary}`] })] }, { metadata: { annotations: { note: canary } } }),
        ],
        refused: Array<string>(3).fill(`Deployment shop/web: ${copied("Deployment shop/web")}`),
        at: [value, "spec.template.spec.containers[0].args[0]", "metadata.annotations.note"],
    },
]);

describe("Messages about secrets", () => {
    it("never show the secret", () => {
        const reports = runPack([
            secret({ stringData: { password: canary } }), configMap({ password: canary, url: `a://b:${canary}@c` }), variable("DB_PASSWORD", canary),
            { ...deployment({ containers: [container({ args: [`a://b:${canary}@c`] })] }), name: "other" },
        ]);
        assert.ok(reports.filter(({ policy }) => policy.startsWith("secret")).length >= 6);
        assert.ok(reports.every(({ message }) => !message.includes(canary)));
    });
});
