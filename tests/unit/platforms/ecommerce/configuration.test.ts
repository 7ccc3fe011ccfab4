import assert from "node:assert/strict";
import { applicationKey } from "../../../../components/platforms/ecommerce/secrets";
import { canary, secretMark } from "../../../harness/mocks";
import type { Inputs } from "../../../harness/mocks";
import { application, container, names, object, openText, references, shop, stacks } from "../../../harness/platforms/ecommerce";
import { altered, enlarged, shared } from "../../../harness/platforms/ecommerceVariants";

describe("e-commerce configuration", () => {
    it("E-114 E-115 E-245: one ConfigMap with what all services share, by environment", async () => {
        const expected = {
            dev: ["development", "true", "debug", "https://dev.votredomaine.com"],
            staging: ["staging", "false", "info", "https://staging.votredomaine.com"],
            prod: ["production", "false", "warning", "https://www.votredomaine.com"],
        };
        for (const stack of stacks) {
            const { data } = await object(stack, "ConfigMap", "global-config");
            assert.deepEqual([data.APP_ENV, data.APP_DEBUG, data.LOG_LEVEL, data.APP_URL], expected[stack]);
            assert.deepEqual([data.LOG_CHANNEL, data.DB_CONNECTION, data.DB_PORT, data.QUEUE_CONNECTION], ["stderr", "mysql", "3306", "rabbitmq"]);
            assert.deepEqual([data.RABBITMQ_HOST, data.RABBITMQ_PORT, data.RABBITMQ_VHOST],
                ["rabbitmq-cluster.e-commerce-messaging.svc.cluster.local", "5672", "/"]);
            assert.deepEqual([data.REDIS_HOST, data.REDIS_PORT], ["redis", "6379"]);
            for (const name of names) {
                assert.deepEqual((await container(stack, name)).envFrom,
                    [{ configMapRef: { name: "global-config" } }, { configMapRef: { name: `${name}-config` } }]);
            }
        }
    });

    it("E-116: each service has a ConfigMap and a Secret of its own; its other secrets are where they come from", async () => {
        for (const name of names) {
            const { data } = await object("prod", "ConfigMap", `${name}-config`);
            assert.equal(data.APP_NAME, name);
            assert.equal(references(await container("prod", name)).APP_KEY, `${name}-secret/APP_KEY`);
        }
    });

    it("E-118: a key per service in Laravel's form, and one key for tokens that two services share", async () => {
        assert.equal(applicationKey("00ff".repeat(16)), `base64:${Buffer.from("00ff".repeat(16), "hex").toString("base64")}`);
        const holders: string[] = [];
        for (const name of names) {
            const { JWT_SECRET } = references(await container("prod", name));
            holders.push(...(JWT_SECRET === undefined ? [] : [name]));
        }
        assert.deepEqual(holders.sort(), ["api-gateway", "auth-service"]);
        const { recording } = await shop("prod");
        const lengths = recording.ofType("random:index/randomPassword:RandomPassword")
            .filter(({ name }) => /password|secret/.test(name) && !/root-user|access-key/.test(name)).map(({ inputs }) => inputs.length);
        assert.ok(lengths.length > 50);
        assert.ok(lengths.every(length => length >= 32));
        const keys = recording.ofType("random:index/randomBytes:RandomBytes").map(({ name, inputs }) => [name, inputs.length]);
        const minio = ["ecommerce-messaging-minio-encryption-key", 32];
        assert.deepEqual(keys.sort(), [minio, ...names.map(name => [`ecommerce-${name}-secret-key`, 32])].sort());
    });

    it("E-119: no generated value is in a ConfigMap, a variable, an argument or an annotation", async () => {
        for (const stack of stacks) {
            assert.ok(!(await openText(stack)).includes(canary), stack);
            const { recording } = await shop(stack);
            for (const secret of recording.ofKind("Secret")) {
                assert.equal(secret.shown.stringData, secretMark, secret.name);
            }
        }
    });

    it("E-120: a change of the shared or of a service's own configuration rolls its pods, and of a secret too", async () => {
        const checksums = async (stack: "dev" | "prod", name: string, settings = {}): Promise<[config: string, secrets: string]> => {
            const { annotations } = (await object(stack, "Deployment", name, settings)).spec.template.metadata;
            return [annotations["checksum/config"], annotations["checksum/secrets"]];
        };
        const data = async (stack: "dev" | "prod", name: string, settings = {}): Promise<unknown> =>
            (await object(stack, "ConfigMap", name, settings)).data;

        assert.deepEqual(await data("dev", "contacts-service-config", shared), await data("dev", "contacts-service-config"));
        assert.notEqual((await checksums("dev", "contacts-service", shared))[0], (await checksums("dev", "contacts-service"))[0]);

        assert.deepEqual(await data("prod", "global-config", altered), await data("prod", "global-config"));
        assert.notEqual((await checksums("prod", "orders-service", altered))[0], (await checksums("prod", "orders-service"))[0]);

        assert.notEqual((await checksums("prod", "orders-service", altered))[1], (await checksums("prod", "orders-service"))[1]);
        assert.equal((await checksums("prod", "messages-broker", altered))[1], (await checksums("prod", "messages-broker"))[1], "no database");
    });

    it("E-125: a counter rotates the passwords of one kind of store, and of no other", async () => {
        const value = async (settings: object, secret: string): Promise<string> =>
            (await object("prod", "Secret", secret, { ...settings })).stringData.password;
        assert.notEqual(await value(altered, "auth-mysql-secret"), await value({}, "auth-mysql-secret"));
        assert.equal(await value(altered, "redis-secret"), await value({}, "redis-secret"));
        assert.equal(await value(altered, "auth-service-rabbitmq"), await value({}, "auth-service-rabbitmq"));
    });

    it("E-232 E-245: what only serves development is refused elsewhere", async () => {
        await assert.rejects(shop("prod", { application: { debug: true } }), /application\.debug is true; allowed is false/);
        await assert.rejects(shop("staging", { mysql: { storage: null } }), /mysql\.storage .* outlive their pod/);
        await assert.rejects(shop("prod", { minio: { ephemeral: true }, redis: { ephemeral: true } }), /redis\.ephemeral[\s\S]*minio\.ephemeral/);
    });

    it("settings that contradict each other are refused with their path", async () => {
        await assert.rejects(shop("prod", { services: { "auth-service": { pods: [5, 2] } } }), /services\.auth-service\.pods/);
        await assert.rejects(shop("prod", { services: { "api-gateway": { enabled: false } } }), /services\.api-gateway\.enabled/);
        await assert.rejects(shop("prod", { services: { "shop-service": {} } }), /shop-service/);
    });

    it("E-169: traces go to the collector that is named, and the way there is open; without one they go to the shop's Jaeger, and without that nowhere", async () => {
        const { data } = await object("prod", "ConfigMap", "global-config", enlarged);
        assert.deepEqual([data.OTEL_EXPORTER_OTLP_ENDPOINT, data.OTEL_TRACES_SAMPLER, data.OTEL_TRACES_SAMPLER_ARG],
            ["http://jaeger.monitoring.svc:4318", "parentbased_traceidratio", "0.1"]);
        assert.equal((await object("prod", "ConfigMap", "auth-service-config", enlarged)).data.OTEL_SERVICE_NAME, "auth-service");
        const { graph } = await shop("prod", enlarged);
        const senders = graph.edges.filter(({ to }) => to.name === "monitoring/jaeger").map(({ from }) => from.name);
        assert.deepEqual(senders.sort(), [...names, "orders-service-worker", "payments-service"].sort());
        const endpoint = async (settings = {}): Promise<string> =>
            (await object("dev", "ConfigMap", "global-config", settings)).data.OTEL_EXPORTER_OTLP_ENDPOINT;
        assert.equal(await endpoint(), "http://jaeger.monitoring.svc.cluster.local:4318");
        assert.equal(await endpoint({ jaeger: { enabled: false } }), undefined);
    });

    it("every namespace of the services is the environment's", async () => {
        for (const stack of stacks) {
            const { recording } = await shop(stack);
            const found = new Set(recording.ofKind("Deployment").map(({ inputs }: { inputs: Inputs }) => inputs.metadata.namespace));
            assert.deepEqual([...found].sort(), [application(stack), "monitoring"].sort());
        }
    });
});
