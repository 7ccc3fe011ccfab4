import assert from "node:assert/strict";
import { amounts, podsOf, variablesOf } from "../../../harness/pods";
import { container, find, gauzian, object, pods, stacks } from "../../../harness/platforms/gauzian";

const own = ["gauzian-v2", "monitoring", "monitoring-node"];

describe("GAUZIAN workloads", () => {
    it("G-01: gauzian-v2 holds the platform, monitoring what watches it", async () => {
        for (const stack of stacks) {
            const { recording } = await gauzian(stack);
            const names = (namespace: string): string[] =>
                podsOf(recording).filter(pod => pod.namespace === namespace).map(({ name }) => name);
            for (const name of ["front", "backend", "postgres", "redis", "minio", "postgres-backup"]) {
                assert.ok(names("gauzian-v2").includes(name), name);
            }
            assert.deepEqual(names("monitoring").sort(), ["grafana", "kube-state-metrics", "node-kube-state-metrics", "prometheus"]);
            assert.deepEqual(recording.ofKind("IngressRoute").filter(({ inputs }) => inputs.metadata.namespace === "gauzian-v2")
                .map(({ inputs }) => inputs.metadata.name).sort(), ["gauzian-http", "gauzian-https"]);
        }
    });

    it("G-02 G-03: every namespaced object is in one of the three namespaces, none in gauzian; names are settings", async () => {
        for (const stack of stacks) {
            const { recording } = await gauzian(stack);
            const namespaces = new Set(recording.objects.flatMap(({ inputs }) => inputs.metadata?.namespace ?? []));
            assert.deepEqual([...namespaces].sort(), own);
            assert.deepEqual(recording.ofKind("Namespace").map(({ inputs }) => inputs.metadata.name).sort(), own);
        }
        const moved = await gauzian("dev", { namespace: "files", monitoring: { namespace: "watch", nodeExporter: { namespace: "watch-nodes" } } });
        const text = JSON.stringify(moved.recording.objects.map(({ inputs }) => inputs));
        assert.doesNotMatch(text, /gauzian-v2|"monitoring-node"/);
        assert.deepEqual(new Set(moved.recording.objects.flatMap(({ inputs }) => inputs.metadata?.namespace ?? [])), new Set(["files", "watch", "watch-nodes"]));
    });

    it("G-03: what belongs to no namespace carries the platform's name", async () => {
        for (const stack of stacks) {
            const { recording } = await gauzian(stack);
            for (const kind of ["ClusterRole", "ClusterRoleBinding", "PriorityClass"]) {
                recording.ofKind(kind).forEach(({ inputs }) => assert.match(inputs.metadata.name, /^gauzian-/));
            }
            assert.ok(recording.ofKind("ClusterRole").length > 0);
        }
    });

    it("G-04 G-156: app and the recommended labels on workloads, pods and Services", async () => {
        const apps = ["backend", "front", "postgres", "redis", "minio", "prometheus", "grafana", "node-exporter"];
        for (const stack of stacks) {
            const { recording } = await gauzian(stack);
            for (const app of apps) {
                const pod = podsOf(recording).find(({ name }) => name === app);
                const labels = pod?.template.metadata.labels ?? {};
                assert.equal(labels["app"], app);
                assert.equal(labels["app.kubernetes.io/name"], app);
                assert.equal(labels["app.kubernetes.io/part-of"], "gauzian");
                assert.equal(labels["app.kubernetes.io/managed-by"], "pulumi");
                assert.ok(labels["app.kubernetes.io/instance"] && labels["app.kubernetes.io/component"] && labels["app.kubernetes.io/version"]);
                for (const { inputs } of recording.ofKind("Service").filter(service => service.inputs.metadata.name === app)) {
                    assert.equal(inputs.metadata.labels.app, app);
                    assert.equal(inputs.spec.selector.app, app);
                }
            }
        }
    });

    it("G-05 G-10 G-17: the backend's container, resources, roll-out and grace", async () => {
        for (const stack of stacks) {
            const backend = await container(stack, "backend");
            assert.deepEqual(backend.ports.map(({ name, containerPort }) => [name, containerPort]), [["http", 8080]]);
            assert.deepEqual(amounts(backend), ["100m/512Mi", "500m/1Gi"]);
            assert.deepEqual((backend.lifecycle as { preStop: unknown }).preStop, { sleep: { seconds: 5 } });
            assert.equal((await pods(stack, "backend")).template.spec.terminationGracePeriodSeconds, 45);
            const { strategy } = (await object(stack, "Deployment", "backend")).spec;
            assert.deepEqual(strategy, { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
        }
    });

    it("G-06 G-07: both images are settings with the documented defaults, and credentials for their registry", async () => {
        for (const stack of stacks) {
            assert.equal((await container(stack, "backend")).image, "angusvisual/gauzian-backend:dev");
            assert.equal((await container(stack, "front")).image, "angusvisual/gauzian-front:dev");
        }
        const settings = { backend: { image: "r.example.com/back:1" }, front: { image: "r.example.com/front:2" }, imagePullSecrets: ["registry"] };
        assert.equal((await container("prod", "backend", settings)).image, "r.example.com/back:1");
        assert.equal((await container("prod", "front", settings)).image, "r.example.com/front:2");
        for (const name of ["backend", "front"]) {
            assert.deepEqual((await pods("prod", name, settings)).template.spec.imagePullSecrets, [{ name: "registry" }]);
        }
    });

    it("G-08: latest and a missing tag are refused in every stack", async () => {
        for (const stack of stacks) {
            for (const image of ["angusvisual/gauzian-backend", "angusvisual/gauzian-backend:latest"]) {
                await assert.rejects(gauzian(stack, { backend: { image } }),
                    /backend\.image is .*; allowed is an image with a tag other than latest/);
            }
        }
    });

    it("G-09: tags are asked for at each start, digests are not; dev may use an image loaded by hand", async () => {
        const digest = `angusvisual/gauzian-backend@sha256:${"0".repeat(64)}`;
        for (const stack of stacks) {
            assert.equal((await container(stack, "backend")).imagePullPolicy, "Always");
            assert.equal((await container(stack, "front")).imagePullPolicy, "Always");
            assert.equal((await container(stack, "backend", { backend: { image: digest } })).imagePullPolicy, "IfNotPresent");
        }
        assert.equal((await container("dev", "backend", { imagePullPolicy: "IfNotPresent" })).imagePullPolicy, "IfNotPresent");
        await assert.rejects(gauzian("prod", { imagePullPolicy: "IfNotPresent" }), /imagePullPolicy is "IfNotPresent"; allowed is to leave it out in prod/);
    });

    it("G-11 G-168: sizes are settings", async () => {
        assert.deepEqual(amounts(await container("prod", "backend", { backend: { profile: "high" } })), ["200m/1Gi", "1000m/2Gi"]);
        const bigger = { requests: "1/4Gi", limits: "4/8Gi" };
        assert.deepEqual(amounts(await container("prod", "postgres", { postgres: { resources: bigger } })), ["1/4Gi", "4/8Gi"]);
        assert.deepEqual(amounts(await container("prod", "front", { front: { resources: bigger } })), ["1/4Gi", "4/8Gi"]);
    });

    it("G-13 G-14 G-15 G-16: three probes of the backend with three meanings; liveness looks at no store", async () => {
        for (const stack of stacks) {
            const { startupProbe, readinessProbe, livenessProbe } = await container(stack, "backend");
            const ready = { path: "/health/ready", port: "http" };
            assert.deepEqual(startupProbe, { httpGet: ready, periodSeconds: 5, failureThreshold: 12, timeoutSeconds: 3 });
            assert.deepEqual(readinessProbe, { httpGet: ready, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 });
            assert.deepEqual(livenessProbe, { tcpSocket: { port: "http" }, periodSeconds: 20, timeoutSeconds: 3, failureThreshold: 3 });
        }
        const { livenessProbe } = await container("dev", "backend", { backend: { livenessPath: "/" } });
        assert.deepEqual(livenessProbe, { httpGet: { path: "/", port: "http" }, periodSeconds: 20, timeoutSeconds: 3, failureThreshold: 3 });
    });

    it("G-18 G-22: both tiers run as user 1000 with a read-only root and a scratch /tmp; the root can be opened", async () => {
        for (const stack of stacks) {
            for (const name of ["backend", "front"]) {
                const { spec } = (await pods(stack, name)).template;
                assert.deepEqual([spec.securityContext.runAsUser, spec.securityContext.fsGroup], [1000, 1000]);
                const { securityContext, volumeMounts } = await container(stack, name);
                assert.equal(securityContext.readOnlyRootFilesystem, true);
                const tmp = volumeMounts.find(({ mountPath }) => mountPath === "/tmp");
                assert.ok(spec.volumes.find(volume => volume.name === tmp?.name)?.emptyDir);
            }
        }
        assert.equal((await container("dev", "backend", { backend: { readOnlyRoot: false } })).securityContext.readOnlyRootFilesystem, false);
    });

    it("G-19 G-20 G-21 G-22 G-56: the front end's replicas, port, variables, resources and probes", async () => {
        const host = { dev: "gauzian.localhost", staging: "staging.gauzian.pupin.fr", prod: "gauzian.pupin.fr" };
        for (const stack of stacks) {
            assert.equal((await object(stack, "Deployment", "front")).spec.replicas, stack === "prod" ? 3 : 2);
            const front = await container(stack, "front");
            assert.deepEqual(front.ports.map(({ name, containerPort }) => [name, containerPort]), [["http", 8080]]);
            assert.deepEqual(variablesOf(front), { HOST: "0.0.0.0", PORT: "8080", NUXT_PUBLIC_API_URL: `https://${host[stack]}/api` });
            assert.deepEqual(amounts(front), ["100m/256Mi", "500m/512Mi"]);
            assert.deepEqual(front.startupProbe, { httpGet: { path: "/", port: "http" }, periodSeconds: 5, failureThreshold: 12, timeoutSeconds: 3 });
            assert.equal(front.readinessProbe.httpGet.path, "/");
            assert.equal(front.readinessProbe.periodSeconds, 10);
            assert.deepEqual([front.livenessProbe.tcpSocket.port, front.livenessProbe.periodSeconds], ["http", 20]);
        }
        await assert.rejects(gauzian("dev", { front: { replicas: 1 } }), /front\.replicas is 1; allowed is 2 or more/);
    });

    it("G-23 G-24: seven Services inside the cluster under the documented names and ports", async () => {
        const expected: [string, string, [string, number][]][] = [
            ["gauzian-v2", "backend", [["http", 8080]]], ["gauzian-v2", "front", [["http", 8080]]],
            ["gauzian-v2", "postgres", [["postgres", 5432]]], ["gauzian-v2", "redis", [["redis", 6379]]],
            ["gauzian-v2", "minio", [["api", 9000], ["console", 9001]]],
            ["monitoring", "prometheus", [["http", 9090]]], ["monitoring", "grafana", [["http", 3000]]],
        ];
        for (const stack of stacks) {
            const program = await gauzian(stack);
            for (const [namespace, name, ports] of expected) {
                const { spec } = find(program, "Service", name, namespace).inputs;
                assert.deepEqual(spec.ports.map((port: { name: string; port: number }) => [port.name, port.port]), ports);
            }
            program.recording.ofKind("Service").forEach(({ inputs }) => assert.equal(inputs.spec.type ?? "ClusterIP", "ClusterIP"));
            assert.ok(!program.recording.ofKind("Service").some(({ inputs }) => inputs.metadata.name === "postgres-service"));
        }
    });
});
