import assert from "node:assert/strict";
import { parseQuantity } from "../../../../components/kit/quantity";
import type { Inputs } from "../../../harness/mocks";
import {
    application, cached, container, domains, messaging, microservices, names, object, objects, references, servicePorts, shop,
    stacks,
} from "../../../harness/platforms/ecommerce";
import { altered, enlarged, mail, shared } from "../../../harness/platforms/ecommerceVariants";

const configOf = async (stack: typeof stacks[number], name: string): Promise<Record<string, string>> =>
    (await object(stack, "ConfigMap", `${name}-config`)).data;

describe("e-commerce namespaces and services", () => {
    it("E-01 E-02 E-229: the services' namespace is named by the environment, the supporting ones are not", async () => {
        for (const stack of stacks) {
            const { graph } = await shop(stack);
            assert.deepEqual(graph.namespaces.map(({ name }) => name).sort(), [`e-commerce-${stack}`, messaging, "monitoring", "monitoring-agents"].sort());
        }
    });

    it("E-08: number of pods, resources and environment are sections of the settings, and a stack's own values win", async () => {
        const resources = { requests: "60m/160Mi", limits: "120m/320Mi" };
        const settings = { application: { replicas: 2, logLevel: "notice", resources } };
        const { spec } = await object("dev", "Deployment", "orders-service", settings);
        assert.equal(spec.replicas, 2);
        const { requests, limits } = spec.template.spec.containers[0].resources;
        assert.deepEqual([requests.cpu, requests.memory, limits.cpu, limits.memory], ["60m", "160Mi", "120m", "320Mi"]);
        const { data } = await object("dev", "ConfigMap", "global-config", settings);
        assert.deepEqual([data.LOG_LEVEL, data.APP_ENV], ["notice", "development"]);
        await assert.rejects(shop("dev", { application: { replicas: "two" } }), /application\.replicas/);
        await assert.rejects(shop("dev", { applications: {} }), /applications/);
    });

    it("E-03: the supporting namespaces can be named by the environment where environments share a cluster", async () => {
        const { graph } = await shop("dev", shared);
        assert.deepEqual(graph.namespaces.map(({ name }) => name).sort(), ["e-commerce-dev", "e-commerce-messaging-dev", "monitoring-agents-dev", "monitoring-dev"]);
    });

    it("E-05 E-36 E-260: thirteen Deployments by default, fourteen when payments are switched on", async () => {
        for (const stack of stacks) {
            assert.deepEqual([...(await objects(stack, "Deployment")).keys()].sort(), [...names].sort());
        }
        const deployments = [...(await objects("prod", "Deployment", altered)).keys()].sort();
        assert.deepEqual(deployments, [...names, "payments-service"].sort());
        const { minReplicas, maxReplicas } = (await object("prod", "HorizontalPodAutoscaler", "payments-service-hpa", altered)).spec;
        assert.deepEqual([minReplicas, maxReplicas], [2, 8]);
        assert.equal((await object("prod", "ConfigMap", "api-gateway-config", altered)).data.PAYMENTS_SERVICE_URL, "http://payments-service:8012");
        assert.ok((await objects("prod", "StatefulSet", altered)).has("payments-service-mysql"));
        assert.ok(!(await objects("prod", "StatefulSet", enlarged)).has("payments-service-mysql"));
    });

    it("E-06 E-43: eleven MySQL servers of one pod, one Redis, one RabbitMQ, one MinIO", async () => {
        for (const stack of stacks) {
            const sets = await objects(stack, "StatefulSet");
            assert.deepEqual([...sets.keys()].sort(), ["redis", ...domains.map(domain => `${domain}-service-mysql`)].sort());
            for (const { inputs } of sets.values()) {
                assert.equal(inputs.spec.replicas, 1);
            }
            assert.deepEqual([...(await objects(stack, "StatefulSet", {}, messaging)).keys()].sort(), ["minio", "rabbitmq-cluster"]);
        }
    });

    it("E-11: each service has the labels that others select by, and so has its Service", async () => {
        for (const kind of ["Deployment", "Service"]) {
            const { labels } = (await object("prod", kind, "auth-service")).metadata;
            assert.equal(labels.app, "auth-service");
            assert.equal(labels.component, "microservice");
            for (const label of ["name", "instance", "component", "part-of", "version", "managed-by"]) {
                assert.ok(labels[`app.kubernetes.io/${label}`], `${kind} ${label}`);
            }
        }
        const { spec } = await object("prod", "Deployment", "auth-service");
        assert.equal(spec.template.metadata.labels.app, "auth-service");
        assert.equal(spec.selector.matchLabels.app, "auth-service");
    });

    it("E-12 E-13 E-28: ClusterIP Services with the port of the table and metrics on 9090; containers listen on 8000, the gateway on 8100", async () => {
        for (const name of names) {
            const { spec } = await object("dev", "Service", name);
            assert.equal(spec.type, "ClusterIP");
            assert.deepEqual(spec.ports.map((port: Inputs) => [port.name, port.port, port.targetPort]),
                [["http", servicePorts[name], "http"], ["metrics", 9090, "metrics"]]);
            const { ports } = await container("dev", name);
            assert.deepEqual(ports.map((port: Inputs) => [port.name, port.containerPort]),
                [["http", name === "api-gateway" ? 8100 : 8000], ["metrics", 9090]]);
        }
        const { ports } = await container("prod", "auth-service", enlarged);
        assert.deepEqual(ports.map((port: Inputs) => [port.name, port.containerPort]), [["http", 8000], ["metrics", 8000]]);
    });

    it("E-14 E-16: services are asked at /health, with more patience before a restart; paths and timing can differ", async () => {
        const { startupProbe, readinessProbe, livenessProbe } = await container("dev", "auth-service");
        const timing = ({ httpGet: { path, port }, periodSeconds, timeoutSeconds, failureThreshold }: Inputs): unknown[] =>
            [path, port, periodSeconds, timeoutSeconds, failureThreshold];
        assert.deepEqual([startupProbe, readinessProbe, livenessProbe].map(timing), [
            ["/health", "http", 5, 3, 30], ["/health", "http", 10, 3, 3], ["/health", "http", 10, 3, 6],
        ]);
        const other = await container("prod", "messages-broker", enlarged);
        assert.deepEqual([other.readinessProbe.httpGet.path, other.livenessProbe.httpGet.path], ["/api/health", "/api/alive"]);
        const slow = await container("dev", "auth-service", { services: { "auth-service": { probes: { liveness: { periodSeconds: 60 } } } } });
        assert.deepEqual([slow.livenessProbe, slow.readinessProbe].map(timing), [["/health", "http", 60, 3, 6], ["/health", "http", 10, 3, 3]]);
    });

    it("E-15: the gateway's liveness has a path of its own and is asked every five seconds", async () => {
        const { startupProbe, readinessProbe, livenessProbe } = await container("dev", "api-gateway");
        assert.deepEqual([livenessProbe.httpGet.path, livenessProbe.periodSeconds, livenessProbe.failureThreshold], ["/simple-health", 5, 3]);
        assert.deepEqual([readinessProbe.httpGet.path, readinessProbe.periodSeconds], ["/health", 10]);
        assert.equal(startupProbe.periodSeconds * startupProbe.failureThreshold, 30);
    });

    it("E-17 E-18 E-19 E-231: requests and limits by environment, more for one service by configuration", async () => {
        const expected = {
            dev: ["50m", "128Mi", "100m", "256Mi"], staging: ["125m", "256Mi", "250m", "512Mi"], prod: ["250m", "512Mi", "500m", "1Gi"],
        };
        const amounts = ({ resources: { requests, limits } }: Inputs): string[] =>
            [requests.cpu, requests.memory, limits.cpu, limits.memory];
        for (const stack of stacks) {
            for (const name of names) {
                assert.deepEqual(amounts(await container(stack, name)), expected[stack], `${stack} ${name}`);
            }
        }
        assert.deepEqual(amounts(await container("prod", "orders-service", enlarged)), ["500m", "1Gi", "1000m", "2Gi"]);
    });

    it("E-21: no pod less during a roll-out, thirty seconds to end of which five still serve, five versions to go back to", async () => {
        const { spec } = await object("prod", "Deployment", "baskets-service");
        assert.deepEqual(spec.strategy.rollingUpdate, { maxUnavailable: 0, maxSurge: 1 });
        assert.equal(spec.template.spec.terminationGracePeriodSeconds, 30);
        assert.deepEqual(spec.template.spec.containers[0].lifecycle.preStop, { sleep: { seconds: 5 } });
        assert.equal(spec.revisionHistoryLimit, 5);
    });

    it("E-23: requests of one client can stay with one pod", async () => {
        assert.equal((await object("dev", "Service", "baskets-service")).spec.sessionAffinity, undefined);
        const sticky = await object("prod", "Service", "baskets-service", enlarged);
        assert.equal(sticky.spec.sessionAffinity, "ClientIP");
    });

    it("E-25: where stores are is a variable, the published name rabbitmq leads to the broker, and commands can be replaced", async () => {
        assert.equal((await configOf("prod", "auth-service")).DB_HOST, "auth-service-mysql");
        assert.deepEqual((await object("prod", "Service", "rabbitmq", {}, messaging)).spec.selector,
            (await object("prod", "Service", "rabbitmq-cluster", {}, messaging)).spec.selector);
        const { command, args } = await container("prod", "sav-service", enlarged);
        assert.deepEqual([command, args], [["php"], ["serve"]]);
    });

    it("E-26: with a read-only root, the four folders that Laravel writes to are the pod's own, with a limit", async () => {
        const { spec } = (await object("prod", "Deployment", "auth-service")).spec.template;
        const [main] = spec.containers;
        assert.equal(main.securityContext.readOnlyRootFilesystem, true);
        const mounted = main.volumeMounts.filter(({ subPath }: Inputs) => subPath === undefined).map((mount: Inputs) => mount.mountPath);
        assert.deepEqual(mounted.sort(), ["/tmp", ...["bootstrap/cache", "storage/framework", "storage/logs"].map(path => `/var/www/auth-service/${path}`)]);
        assert.equal(spec.volumes.length, 4);
    });

    it("E-26: the folders that Laravel expects in storage/framework are there, in its own volume", async () => {
        const [main] = (await object("prod", "Deployment", "auth-service")).spec.template.spec.containers;
        const inFramework = main.volumeMounts.filter(({ name }: Inputs) => name === "framework")
            .map(({ mountPath, subPath }: Inputs) => [mountPath, subPath]);
        const folder = "/var/www/auth-service/storage/framework";
        assert.deepEqual(inFramework, [
            [folder, undefined], [`${folder}/views`, "views"], [`${folder}/sessions`, "sessions"], [`${folder}/cache/data`, "cache/data"],
        ]);
    });

    it("E-26 E-117: the folders' limits together are below that of the container's local disk, which would evict the pod first", async () => {
        for (const stack of stacks) {
            for (const name of names) {
                const { volumes, containers: [main] } = (await object(stack, "Deployment", name)).spec.template.spec;
                const sizes: number[] = volumes.map(({ emptyDir }: Inputs) => parseQuantity(emptyDir.sizeLimit));
                const folders = sizes.reduce((sum, size) => sum + size);
                assert.ok(folders < parseQuantity(main.resources.limits["ephemeral-storage"]), `${stack} ${name}`);
            }
        }
    });

    it("E-27: a queue worker is a Deployment of its own with the same image and variables, and no Service", async () => {
        assert.ok(!(await objects("prod", "Deployment")).has("orders-service-worker"));
        const worker = (await object("prod", "Deployment", "orders-service-worker", enlarged)).spec;
        const [main] = worker.template.spec.containers;
        assert.equal(main.image, (await container("prod", "orders-service", enlarged)).image);
        assert.deepEqual(main.command, ["php", "artisan", "queue:work"]);
        assert.equal(references(main).DB_PASSWORD, "orders-mysql-secret/password");
        assert.ok(!(await objects("prod", "Service", enlarged)).has("orders-service-worker"));
    });

    it("E-28: the gateway knows each service by its address, and has neither database, Redis nor storage", async () => {
        const config = await configOf("prod", "api-gateway");
        for (const name of microservices) {
            assert.equal(config[`${name.toUpperCase().replace(/-/g, "_")}_URL`], `http://${name}:${servicePorts[name]}`);
        }
        assert.deepEqual([config.APP_NAME, config.APP_PORT, config.REQUEST_TIMEOUT], ["api-gateway", "8100", "30"]);
        assert.deepEqual(Object.keys(references(await container("prod", "api-gateway"))).sort(),
            ["APP_KEY", "JWT_SECRET", "RABBITMQ_PASSWORD", "RABBITMQ_USER"]);
    });

    it("E-29 E-30 E-31 E-32 E-33 E-34 E-35 E-37 E-38 E-39 E-40: each service has its own database, queue and settings", async () => {
        for (const domain of domains) {
            const config = await configOf("prod", `${domain}-service`);
            assert.deepEqual([config.APP_NAME, config.DB_HOST, config.DB_DATABASE, config.RABBITMQ_EXCHANGE, config.RABBITMQ_QUEUE],
                [`${domain}-service`, `${domain}-service-mysql`, `${domain}_db`, `${domain}_exchange`, `${domain}_queue`]);
        }
        const own: Record<string, Record<string, string>> = {
            "auth-service": { JWT_TTL: "60", JWT_REFRESH_TTL: "20160", JWT_ALGO: "HS256" },
            "baskets-service": { BASKET_ABANDONMENT_HOURS: "24", BASKET_CLEANUP_DAYS: "30", MAX_BASKET_ITEMS: "50" },
            "orders-service": { ORDER_NUMBER_PREFIX: "ORD", ORDER_CANCELLATION_WINDOW_HOURS: "24" },
            "deliveries-service": { TRACKING_NUMBER_PREFIX: "DEL", DEFAULT_CARRIER: "UPS", ESTIMATED_DELIVERY_DAYS: "3" },
            "sav-service": {
                TICKET_NUMBER_PREFIX: "TICKET", AUTO_CLOSE_RESOLVED_DAYS: "7", ESCALATION_TIMEOUT_HOURS: "2", MAX_ATTACHMENT_SIZE_MB: "10",
                MINIO_BUCKET: "sav",
            },
            "contacts-service": {
                ENGAGEMENT_SCORE_OPEN_WEIGHT: "1", ENGAGEMENT_SCORE_CLICK_WEIGHT: "3", ENGAGEMENT_SCORE_PURCHASE_WEIGHT: "10",
            },
            "products-service": { MINIO_BUCKET: "products" },
            "newsletters-service": { MINIO_BUCKET: "newsletters" },
        };
        for (const [name, variables] of Object.entries(own)) {
            const config = await configOf("prod", name);
            for (const [variable, value] of Object.entries(variables)) {
                assert.equal(config[variable], value, `${name} ${variable}`);
            }
        }
    });

    it("E-39 E-173: newsletters send through a relay once it is configured, and only then reach it", async () => {
        const { data } = await object("prod", "ConfigMap", "newsletters-service-config", enlarged);
        const variables = ["MAILER", "HOST", "PORT", "ENCRYPTION", "FROM_ADDRESS", "FROM_NAME"].map(name => data[`MAIL_${name}`]);
        assert.deepEqual(variables, ["smtp", "smtp.example.com", "587", "tls", "shop@example.com", "Shop"]);
        assert.equal(references(await container("prod", "newsletters-service", enlarged)).MAIL_PASSWORD, "smtp/password");
        const relays = async (settings: object): Promise<string[]> => (await shop("prod", { ...settings })).graph.edges
            .filter(({ to }) => to.name === mail.host).map(({ from }) => from.name);
        assert.deepEqual(await relays(enlarged), ["newsletters-service"]);
        assert.deepEqual(await relays({}), []);
    });

    it("E-41: the broker service has no database unless one is asked for", async () => {
        const config = await configOf("prod", "messages-broker");
        assert.equal(config.DB_HOST, undefined);
        assert.deepEqual([config.MESSAGE_TTL, config.MESSAGE_MAX_RETRIES, config.MESSAGE_RETRY_DELAY, config.DLQ_TTL],
            ["86400000", "3", "60000", "604800000"]);
        assert.ok((await objects("prod", "StatefulSet", enlarged)).has("messages-broker-mysql"));
        assert.equal((await object("prod", "ConfigMap", "messages-broker-config", enlarged)).data.DB_DATABASE, "messages_broker_db");
    });

    it("E-117 E-67: sessions and caches are in Redis for four services, in files for the others", async () => {
        for (const name of names) {
            const config = await configOf("staging", name);
            const usesRedis = cached.includes(name.replace("-service", ""));
            assert.deepEqual([config.CACHE_STORE, config.SESSION_DRIVER], usesRedis ? ["redis", "redis"] : ["file", "file"], name);
            assert.equal(config.REDIS_PREFIX, usesRedis ? `${name}:` : undefined);
            assert.equal(references(await container("staging", name)).REDIS_PASSWORD, usesRedis ? "redis-secret/password" : undefined, name);
        }
        assert.equal(application("staging"), "e-commerce-staging");
    });
});
