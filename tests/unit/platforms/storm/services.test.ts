import assert from "node:assert/strict";
import { amounts, variablesOf } from "../../../harness/pods";
import { container, expanded, object, perStack, pods, services, stacks, storm } from "../../../harness/platforms/storm";

const goServices = ["gateway-service", "message-service", "media-service"] as const;

describe("Storm's services", () => {
    it("S-10 S-11 S-12 S-13 S-91: have the document's ports, readiness probes and resources in every stack", async () => {
        for (const stack of stacks) {
            for (const name of goServices) {
                const rendered = await container(stack, name);
                assert.deepEqual(rendered.ports, [{ name: "http", containerPort: 8080, protocol: "TCP" }]);
                assert.deepEqual(amounts(rendered), ["50m/64Mi", "200m/128Mi"], name);
                assert.deepEqual(rendered.readinessProbe,
                    { httpGet: { path: "/health", port: "http" }, initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 3 });
            }
            const user = await container(stack, "user-service");
            assert.deepEqual(user.ports, [{ name: "http", containerPort: 3000, protocol: "TCP" }]);
            assert.deepEqual(amounts(user), ["100m/128Mi", "250m/256Mi"]);
            assert.deepEqual(user.readinessProbe,
                { httpGet: { path: "/", port: "http" }, initialDelaySeconds: 10, periodSeconds: 5, timeoutSeconds: 3 });
        }
    });

    it("S-91: the limits of one service can be raised", async () => {
        const settings = { gateway: { resources: { requests: "100m/64Mi", limits: "400m/256Mi" } } };
        assert.deepEqual(amounts(await container("prod", "gateway-service", settings)), ["100m/64Mi", "400m/256Mi"]);
    });

    it("S-15: liveness asks /health of the Go services and the port of user-service; startup waits two minutes", async () => {
        const timing = { initialDelaySeconds: 15, periodSeconds: 20, failureThreshold: 6, timeoutSeconds: 3 };
        for (const name of goServices) {
            assert.deepEqual((await container("prod", name)).livenessProbe, { httpGet: { path: "/health", port: "http" }, ...timing });
        }
        assert.deepEqual((await container("prod", "user-service")).livenessProbe, { tcpSocket: { port: "http" }, ...timing });
        for (const name of services) {
            const { startupProbe, readinessProbe } = await container("prod", name);
            assert.deepEqual(startupProbe, { httpGet: readinessProbe.httpGet, periodSeconds: 5, failureThreshold: 24, timeoutSeconds: 3 });
        }
    });

    it("S-16: the path of user-service's probes is a setting", async () => {
        const { readinessProbe, startupProbe } = await container("dev", "user-service", { user: { healthPath: "/ready" } });
        assert.deepEqual([readinessProbe.httpGet.path, startupProbe.httpGet.path], ["/ready", "/ready"]);
    });

    it("S-14 S-53 S-54: are Deployments with Services of the same names and ports", async () => {
        for (const stack of stacks) {
            for (const name of services) {
                const port = name === "user-service" ? 3000 : 8080;
                const { spec } = await object(stack, "Service", name);
                assert.equal((await object(stack, "Deployment", name)).metadata.namespace, "storm");
                assert.deepEqual([spec.ports[0].port, spec.ports[0].targetPort], [port, "http"]);
                assert.deepEqual(spec.selector, { app: name, "app.kubernetes.io/part-of": "storm" });
            }
        }
    });

    it("S-17 S-90 S-55: one pod in dev, two in staging; in prod gateway and message-service scale by CPU", async () => {
        const replicas = (name: string) => perStack(async stack => (await object(stack, "Deployment", name)).spec.replicas);
        assert.deepEqual(await replicas("user-service"), [1, 2, 2]);
        assert.deepEqual(await replicas("media-service"), [1, 2, 2]);
        assert.deepEqual(await replicas("gateway-service"), [1, 2, undefined]);
        assert.deepEqual(await replicas("message-service"), [1, 2, undefined]);
        for (const [name, maximum] of [["gateway-service", 6], ["message-service", 4]] as const) {
            const { spec } = await object("prod", "HorizontalPodAutoscaler", `${name}-hpa`);
            assert.deepEqual([spec.minReplicas, spec.maxReplicas, spec.metrics.length], [2, maximum, 1]);
            assert.deepEqual(spec.metrics[0].resource, { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } });
        }
        for (const stack of ["dev", "staging"] as const) {
            assert.equal((await storm(stack)).recording.ofKind("HorizontalPodAutoscaler").length, 0);
        }
    });

    it("S-19: roll without a gap, hand over before they end, and are spread over nodes, in prod over zones too", async () => {
        for (const name of services) {
            assert.deepEqual((await object("prod", "Deployment", name)).spec.strategy,
                { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
            const { spec } = (await pods("prod", name)).template;
            assert.equal(spec.terminationGracePeriodSeconds, 30);
            assert.deepEqual((await container("prod", name)).lifecycle, { preStop: { sleep: { seconds: 5 } } });
        }
        const keys = await perStack(async stack => ((await pods(stack, "user-service")).template.spec.topologySpreadConstraints ?? [])
            .map(({ topologyKey }) => topologyKey));
        assert.deepEqual(keys, [[], ["kubernetes.io/hostname"], ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]]);
    });

    it("S-56: one pod at a time may be evicted of the services and of NATS in prod, and nothing guards single pods", async () => {
        const budgets = await perStack(async stack => (await storm(stack)).recording.ofKind("PodDisruptionBudget")
            .map(({ inputs }) => `${inputs.metadata.name} ${inputs.spec.maxUnavailable}`).sort());
        const four = services.map(name => `${name} 1`).sort();
        assert.deepEqual(budgets, [[], four, [...four, "nats 1"].sort()]);
    });

    it("S-44 S-31 S-35 S-95: gateway-service has the document's three URLs; staging and prod add credentials from Secrets", async () => {
        assert.deepEqual(variablesOf(await container("dev", "gateway-service")), {
            NATS_URL: "nats://nats:4222", REDIS_URL: "redis://redis:6379", USER_SERVICE_URL: "http://user-service:3000",
        });
        for (const stack of ["staging", "prod"] as const) {
            const { NATS_URL, REDIS_URL, USER_SERVICE_URL } = expanded(await container(stack, "gateway-service"));
            assert.deepEqual([NATS_URL, REDIS_URL, USER_SERVICE_URL], [
                "nats://gateway:<nats-gateway-credentials/NATS_PASSWORD>@nats:4222",
                "redis://:<redis-secret/REDIS_PASSWORD>@redis:6379",
                "http://user-service:3000",
            ]);
        }
    });

    it("S-45 S-46: user- and message-service have the five variables of their database, and only message-service NATS_URL", async () => {
        for (const stack of stacks) {
            const user = variablesOf(await container(stack, "user-service"));
            assert.deepEqual(user, {
                DB_HOST: "postgres-user", DB_PORT: "5432", DB_NAME: "user_db",
                DB_USER: "postgres-credentials-user/DB_USER", DB_PASSWORD: "postgres-credentials-user/DB_PASSWORD",
            });
            const message = variablesOf(await container(stack, "message-service"));
            assert.deepEqual(Object.fromEntries(Object.entries(message).filter(([name]) => name.startsWith("DB_"))), {
                DB_HOST: "postgres-message", DB_PORT: "5432", DB_NAME: "message_db",
                DB_USER: "postgres-credentials-message/DB_USER", DB_PASSWORD: "postgres-credentials-message/DB_PASSWORD",
            });
            assert.match(message["NATS_URL"] ?? "", /^nats:\/\/.*nats:4222$/);
            assert.deepEqual(Object.keys(message).filter(name => !name.startsWith("DB_") && !name.startsWith("NATS_")), []);
        }
    });

    it("S-47 S-41 S-112: media-service has its own MinIO keys and the two extras, never the root's", async () => {
        for (const stack of stacks) {
            const media = variablesOf(await container(stack, "media-service"));
            assert.equal(media["MINIO_ENDPOINT"], "minio:9000");
            assert.equal(media["MINIO_ACCESS_KEY"], "minio-media-credentials/MINIO_ACCESS_KEY");
            assert.equal(media["MINIO_SECRET_KEY"], "minio-media-credentials/MINIO_SECRET_KEY");
            assert.deepEqual([media["MINIO_BUCKET"], media["MINIO_USE_SSL"]], ["media", "false"]);
            assert.match(media["NATS_URL"] ?? "", /nats:4222$/);
            assert.deepEqual(Object.values(media).filter(value => value.startsWith("minio-credentials/")), []);
        }
        const { MINIO_ACCESS_KEY } = variablesOf(await container("dev", "media-service", { media: { useRootCredentials: true } }));
        assert.equal(MINIO_ACCESS_KEY, "minio-credentials/MINIO_ROOT_USER");
    });

    it("S-20 S-67 S-103: notification-service is off, and once enabled knows NATS and nothing else", async () => {
        assert.equal((await storm("prod")).recording.has("Deployment", "notification-service"), false);
        const settings = { notification: { enabled: true } };
        assert.deepEqual(Object.keys(variablesOf(await container("prod", "notification-service", settings))).sort(), ["NATS_PASSWORD", "NATS_URL"]);
        assert.match((await container("dev", "notification-service", settings)).image, /^storm\/notification-service:/);
        assert.equal((await storm("prod", settings)).recording.has("Service", "notification-service"), false);
    });

    it("S-08 S-09 S-96: images are the document's with a tag of their own; outside dev they come from a registry", async () => {
        for (const name of services) {
            assert.deepEqual(await perStack(async stack => {
                const { image, imagePullPolicy } = await container(stack, name);
                return [image, imagePullPolicy];
            }), [
                [`storm/${name}:0.1.0`, "IfNotPresent"],
                [`registry.example.com/storm/${name}:0.1.0`, "Always"],
                [`registry.example.com/storm/${name}:0.1.0`, "Always"],
            ]);
        }
    });

    it("S-50: a changed variable or Secret rolls the pods, and further variables come from Secrets that exist", async () => {
        const settings = { gateway: { extraSecretEnv: { JWT_SECRET: { secretName: "storm-jwt", key: "secret" } } } };
        assert.equal(variablesOf(await container("dev", "gateway-service", settings))["JWT_SECRET"], "storm-jwt/secret");
        const checksum = async (rotation: number): Promise<string> =>
            (await pods("dev", "user-service", { postgres: { rotation } })).template.metadata.annotations["checksum/secrets"] ?? "";
        assert.match(await checksum(0), /^[0-9a-f]{16}$/);
        assert.notEqual(await checksum(0), await checksum(1));
    });

    it("S-79 S-101: the outputs follow logs, show pods and volumes, and lead to the gateway's health", async () => {
        const { storm: outputs } = (await storm("dev")).outputs as { storm: Record<string, unknown> };
        assert.deepEqual(outputs["followLogs"], Object.fromEntries(["user-service", "gateway-service", "message-service", "media-service"]
            .map(name => [name, `kubectl logs -f deployment/${name} -n storm`])));
        assert.equal(outputs["healthUrl"], "http://localhost:30080/health");
        assert.equal(outputs["showPods"], "kubectl get pods -n storm");
        assert.equal(outputs["showVolumes"], "kubectl get pvc -n storm");
    });

    it("S-80: tracing is off; a collector's address turns it on for every service and opens the way to it", async () => {
        assert.equal("OTEL_EXPORTER_OTLP_ENDPOINT" in variablesOf(await container("prod", "gateway-service")), false);
        const settings = { tracing: "collector.monitoring.svc:4317" };
        for (const name of services) {
            assert.equal(variablesOf(await container("prod", name, settings))["OTEL_EXPORTER_OTLP_ENDPOINT"], "http://collector.monitoring.svc:4317");
            const { spec } = await object("prod", "NetworkPolicy", name, settings);
            assert.ok(JSON.stringify(spec.egress).includes("\"port\":4317"), name);
        }
    });
});
