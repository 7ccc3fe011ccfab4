import assert from "node:assert/strict";
import { inlineSecret, isConfidential, isHarmless, isSensitiveName } from "../../secrets/sensitive";
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
    for (const name of ["DB_PASSWORD", "password", "jwtSecret", "API_KEY", "apiKey", "s3.secret-key", "GITHUB_TOKEN", "dbPwd", "SIGNING_KEY", "CREDENTIALS",
        "PGPASSWORD", "DBPASSWORD", "RABBITMQ_DEFAULT_PASS", "RABBITMQ_ERLANG_COOKIE", "DATA_SOURCE_PASS", "SMTP_PASS", "REDISCLI_AUTH", "SECRET_KEY_BASE",
        "APP_KEY", "JWT_KEY", "accesskey", "tls.key", "requirepass"]) {
        it(`${name} sounds secret`, () => assert.ok(isSensitiveName(name)));
    }
    for (const name of ["PASSWORD_FILE", "TOKEN_TTL", "SECRET_NAME", "KEY", "PUBLIC_KEY", "partitionKey", "MONKEY", "keyboard", "TOKENS",
        "password_encryption", "COMPASSWORDS", "BYPASS", "AUTH", "AUTHOR", "COOKIE_NAME", "KEY_BASE"]) {
        it(`${name} does not`, () => assert.ok(!isSensitiveName(name)));
    }
    for (const harmless of ["", " ", "$(DB_PASSWORD)", "${DB_PASSWORD}", "$DB_PASSWORD", "true", "30", "/run/secrets/password"]) {
        it(`${JSON.stringify(harmless)} gives nothing away`, () => assert.ok(isHarmless(harmless)));
    }
    for (const [text, what] of [
        ["app:hunter2@tcp(db:3306)/app", "a password in a data source name"],
        ["host=db user=app password=hunter2 dbname=app", "the literal value of password"],
        ["--password=hunter2", "the literal value of password"],
        ["[client]\nuser = app\npassword = \"hunter2\"\n", "the literal value of password"],
        ["save 60 1\nrequirepass hunter2\n", "the literal value of requirepass"],
        ["sentinel auth-pass main hunter2", "the literal value of auth-pass"],
        ["user app on ~* +@all >hunter2", "the literal value of a user"],
        ["smtp:\n  auth_password: hunter2 # of the relay\n", "the literal value of auth_password"],
        ['{\n  "apiKey": "hunter2",\n  "a": 1\n}', "the literal value of apiKey"],
        ["app_key: Zx91", "the literal value of app_key"],
        ["export PGPASSWORD=hunter2; psql", "the literal value of PGPASSWORD"],
    ] as const) {
        it(`${JSON.stringify(text)} holds ${what}`, () => assert.equal(inlineSecret(text), what));
    }
    for (const text of [
        "app:$(DB_PASSWORD)@tcp(db:3306)/app", "app:${DB_PASSWORD}@tcp(db:3306)/app", "host=db password=$(DB_PASSWORD)", 'export PGPASSWORD="$(cat /run/secrets/password)"',
        "password = $__file{/run/secrets/password}", "requirepass ${REDIS_PASSWORD}", "password: {{ .Values.password }}", "password_file: /etc/secret/password",
        "password: process.env.DB_PASSWORD", 'local token = os.getenv("TOKEN")', "smtp_auth: login", "POSTGRES_HOST_AUTH=scram-sha-256", "tokens: 5",
        "body_key: message", "user default on nopass ~* +@all", "image: registry:5000/app@sha256:0", "the password: it is long", "proxy_set_header X-Token $http_x_token;",
    ]) {
        it(`${JSON.stringify(text)} holds none`, () => assert.equal(inlineSecret(text), undefined));
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
    ...["--requirepass", "--password"].map(option => ({
        that: `what stands behind ${option}`, program: [deployment({ containers: [container({ command: ["server"], args: [option, canary, "--port", "1"] })] })],
        refused: inClear(`the literal value of ${option.replaceAll("-", "")}`), at: ["spec.template.spec.containers[0].args[1]"],
    })),
    { that: "a reference behind --password", program: [deployment({ containers: [container({ args: ["--password", "$(DB_PASSWORD)", "--token", "--quiet"] })] })] },
    { that: "a way of signing in under a name for secrets", program: [variable("SMTP_AUTH", "login")] },
    { that: "a secret under a name for ways of signing in", program: [variable("REDISCLI_AUTH", canary)], refused: inClear("the literal value of REDISCLI_AUTH") },
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
    {
        that: "files of MySQL and Redis with a password", program: [configMap({ "my.cnf": `[client]\npassword=${canary}\n`, "redis.conf": `requirepass ${canary}\n` })],
        refused: ['key "my.cnf" holds the literal value of password', 'key "redis.conf" holds the literal value of requirepass'].map(what => `ConfigMap shop/config: ${what}`),
    },
    {
        that: "a password in binaryData", at: ['binaryData["my.cnf"]'],
        program: [{ ...configMap({}), props: { metadata: { name: "config", namespace: "shop" }, binaryData: { "my.cnf": Buffer.from(`password=${canary}`).toString("base64") } } }],
        refused: ['ConfigMap shop/config: key "my.cnf" holds the literal value of password'],
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
        that: "a value that was pasted into binaryData", at: ["binaryData.conf"],
        program: [secret({ stringData: { password: canary } }), {
            ...configMap({}), props: { metadata: { name: "config", namespace: "shop" }, binaryData: { conf: Buffer.from(`x ${canary}`).toString("base64") } },
        }],
        refused: [`ConfigMap shop/config: ${copied("ConfigMap shop/config")}`],
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
