import assert from "node:assert/strict";
import { parseImage } from "../../../../components/kit/images";
import { allContainers, podsOf } from "../../../harness/pods";
import { assertHas, container, everything, object, stacks, taskflow } from "../../../harness/platforms/taskflow";

describe("TaskFlow workloads", () => {
    it("T-01 T-131: everything that has a namespace lies in taskflow, and says so itself", async () => {
        for (const stack of stacks) {
            const { recording } = await taskflow(stack, everything[stack]);
            const clusterWide = recording.objects.filter(({ inputs }) => inputs.metadata.namespace === undefined).map(({ type }) => type.split(":")[2]);
            assert.deepEqual(new Set(clusterWide), new Set(["Namespace", "ClusterRole", "ClusterRoleBinding"]));
            const namespaces = recording.objects.map(({ inputs }) => inputs.metadata.namespace).filter(name => name !== undefined);
            assert.deepEqual([...new Set(namespaces)], ["taskflow"]);
            assert.ok(recording.has("Namespace", "taskflow"));
        }
    });

    for (const [app, kind, labels] of [
        ["postgres", "StatefulSet", { tier: "database", "app.kubernetes.io/component": "database" }],
        ["redis", "Deployment", { tier: "cache", "app.kubernetes.io/component": "cache" }],
        ["backend-api", "Deployment", { tier: "application", "app.kubernetes.io/component": "application" }],
        ["frontend", "Deployment", { tier: "presentation", "app.kubernetes.io/component": "presentation" }],
        ["prometheus", "Deployment", { "app.kubernetes.io/component": "monitoring" }],
        ["grafana", "Deployment", { "app.kubernetes.io/component": "monitoring" }],
        ["load-generator", "Job", { "app.kubernetes.io/component": "load-test" }],
    ] as const) {
        it(`T-02: ${app} and its pods carry app, tier and the recommended labels`, async () => {
            for (const stack of ["dev", "staging"] as const) {
                const inputs = await object(stack, kind, app, everything[stack]);
                const version = parseImage(inputs.spec.template.spec.containers[0].image).tag;
                const expected = {
                    app, ...labels,
                    "app.kubernetes.io/name": app, "app.kubernetes.io/instance": `taskflow-${app}`, "app.kubernetes.io/part-of": "taskflow",
                    "app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/version": version,
                };
                assert.deepEqual(inputs.metadata.labels, expected);
                assert.deepEqual(inputs.spec.template.metadata.labels, expected);
                if (kind !== "Job") {
                    assert.equal((await object(stack, "Service", app)).metadata.labels.app, app);
                    assertHas(expected, inputs.spec.selector.matchLabels);
                }
            }
        });
    }

    it("T-03: dev has the document's number of each, and the load generator on demand only", async () => {
        const replicas = async (kind: string, name: string): Promise<unknown> => (await object("dev", kind, name)).spec.replicas;
        assert.deepEqual(await Promise.all([
            replicas("StatefulSet", "postgres"), replicas("Deployment", "redis"), replicas("Deployment", "frontend"),
            replicas("Deployment", "prometheus"), replicas("Deployment", "grafana"),
        ]), [1, 1, 1, 1, 1]);
        assert.equal((await taskflow("dev")).recording.has("Job", "load-generator"), false);
        assert.equal((await taskflow("dev", everything.dev)).recording.has("Job", "load-generator"), true);
    });

    it("T-04: backend-api has container api on port http, and no replicas beside its autoscaler", async () => {
        for (const stack of stacks) {
            const { spec } = await object(stack, "Deployment", "backend-api");
            assert.equal("replicas" in spec, false);
            assert.deepEqual(spec.template.spec.containers.map(({ name }: { name: string }) => name), ["api"]);
            assert.deepEqual((await container(stack, "backend-api", {}, "api")).ports, [{ name: "http", containerPort: 5000, protocol: "TCP" }]);
        }
    });

    it("T-05 T-06: the backend's image is taskflow-backend:1.0 unless configured, pulled when it is not there", async () => {
        for (const stack of stacks) {
            assertHas(await container(stack, "backend-api", {}, "api"), { image: "taskflow-backend:1.0", imagePullPolicy: "IfNotPresent" });
        }
        const own = { backend: { image: "registry.example.com/taskflow-backend:1.4", imagePullPolicy: "Always" } };
        assertHas(await container("prod", "backend-api", own, "api"), own.backend);
        assertHas(await container("dev", "backend-api", { backend: { imagePullPolicy: "Never" } }, "api"), { imagePullPolicy: "Never" });
    });

    it("T-05 T-17 T-101: no image is latest or without a tag", async () => {
        for (const stack of stacks) {
            for (const [name, { image }] of allContainers((await taskflow(stack, everything[stack])).recording)) {
                assert.doesNotMatch(image, /:latest$/, name);
                assert.ok(parseImage(image).tag, `${name}: ${image}`);
            }
        }
    });

    it("T-17 T-26 T-46 T-101 T-123: images are of the documented branches, at one patch version", async () => {
        const image = async (workload: string, name: string): Promise<string> => (await container("dev", workload, everything.dev, name)).image;
        assert.match(await image("frontend", "nginx"), /^nginx:1\.30\.\d+-alpine$/);
        assert.match(await image("postgres", "postgres"), /^postgres:16\.\d+-alpine$/);
        assert.match(await image("redis", "redis"), /^redis:7\.\d+\.\d+-alpine$/);
        assert.match(await image("prometheus", "prometheus"), /^prom\/prometheus:v3\.13\.\d+$/);
        assert.match(await image("grafana", "grafana"), /^grafana\/grafana:13\.2\.\d+$/);
        assert.match(await image("load-generator", "load-generator"), /^busybox:1\.37\.\d+$/);
    });

    it("T-17 T-26: images of nginx, PostgreSQL and Redis are stack config", async () => {
        const settings = { frontend: { image: "nginx:1.30.9" }, postgres: { image: "postgres:16.99" }, redis: { image: "redis:7.9.9" } };
        assert.equal((await container("dev", "frontend", settings, "nginx")).image, "nginx:1.30.9");
        assert.equal((await container("dev", "postgres", settings)).image, "postgres:16.99");
        assert.equal((await container("dev", "redis", settings)).image, "redis:7.9.9");
    });

    /** Requests and limits of CPU and memory, by requirement. */
    for (const [id, workload, name, requests, limits] of [
        ["T-09", "backend-api", "api", ["100m", "128Mi"], ["500m", "256Mi"]],
        ["T-13", "backend-api", "wait-for-db", ["10m", "16Mi"], ["50m", "32Mi"]],
        ["T-16", "frontend", "nginx", ["50m", "32Mi"], ["100m", "64Mi"]],
        ["T-31", "postgres", "postgres", ["250m", "256Mi"], ["500m", "512Mi"]],
        ["T-47 T-48", "redis", "redis", ["100m", "64Mi"], ["200m", "192Mi"]],
        ["T-102", "prometheus", "prometheus", ["250m", "512Mi"], ["500m", "1Gi"]],
        ["T-107", "postgres", "exporter", ["10m", "32Mi"], ["100m", "64Mi"]],
        ["T-107", "redis", "exporter", ["10m", "32Mi"], ["100m", "64Mi"]],
        ["T-112", "grafana", "grafana", ["100m", "256Mi"], ["200m", "512Mi"]],
    ] as const) {
        it(`${id}: ${workload}/${name} requests ${requests.join(" ")} and is limited to ${limits.join(" ")}`, async () => {
            for (const stack of ["dev", "staging"] as const) {
                const { resources } = await container(stack, workload, {}, name);
                assertHas(resources.requests, { cpu: requests[0], memory: requests[1] });
                assertHas(resources.limits, { cpu: limits[0], memory: limits[1] });
            }
        });
    }

    it("T-10 T-11 T-12: probes of the backend", async () => {
        for (const stack of stacks) {
            assertHas(await container(stack, "backend-api", {}, "api"), {
                startupProbe: { httpGet: { path: "/health", port: "http" }, periodSeconds: 2, failureThreshold: 30, timeoutSeconds: 2 },
                readinessProbe: {
                    httpGet: { path: "/ready", port: "http" }, initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3,
                },
                livenessProbe: {
                    httpGet: { path: "/health", port: "http" }, initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3,
                },
            });
        }
    });

    it("T-13: wait-for-db runs the database's own image with its address, user, database and password", async () => {
        for (const stack of stacks) {
            const waiting = await container(stack, "backend-api", {}, "wait-for-db");
            assert.equal(waiting.image, (await container(stack, "taskflow-db-init", {}, "psql")).image);
            assert.match(waiting.command.join(" "), /pg_isready .*to_regclass\('tasks'\)/s);
            assert.deepEqual(waiting.env.map(({ name }) => name).sort(),
                ["DATABASE_HOST", "DATABASE_NAME", "DATABASE_PORT", "DATABASE_USER", "PGPASSWORD"]);
        }
    });

    it("T-14: the backend is replaced one by one without a gap, and ends after its longest request", async () => {
        for (const stack of stacks) {
            const { spec } = await object(stack, "Deployment", "backend-api");
            assert.deepEqual(spec.strategy, { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
            assert.equal(spec.template.spec.terminationGracePeriodSeconds, 65);
            assert.deepEqual((await container(stack, "backend-api", {}, "api")).lifecycle, { preStop: { sleep: { seconds: 5 } } });
        }
    });

    it("T-16: one front end in dev, two in staging and prod, more by stack config", async () => {
        for (const [stack, replicas] of [["dev", 1], ["staging", 2], ["prod", 2]] as const) {
            assert.equal((await object(stack, "Deployment", "frontend")).spec.replicas, replicas);
        }
        assert.equal((await object("prod", "Deployment", "frontend", { frontend: { replicas: 4 } })).spec.replicas, 4);
    });

    /** Users, and the folders that they may write on a read-only root. */
    for (const [id, workload, user, folders] of [
        ["T-15", "backend-api", 1000, ["/home/appuser", "/tmp"]],
        ["T-18 T-19", "frontend", 101, ["/tmp", "/var/cache/nginx", "/var/run"]],
        ["T-35", "postgres", 70, ["/tmp", "/var/run/postgresql"]],
        ["T-50", "redis", 999, ["/data"]],
    ] as const) {
        it(`${id}: ${workload} runs as ${user} on a read-only root with emptyDirs for what it writes`, async () => {
            for (const stack of ["dev", "staging"] as const) {
                const pods = podsOf((await taskflow(stack)).recording).find(({ name }) => name === workload);
                const { securityContext, volumes, containers } = pods?.template.spec ?? assert.fail(`no ${workload}`);
                assertHas(securityContext, { runAsNonRoot: true, runAsUser: user, fsGroup: user, seccompProfile: { type: "RuntimeDefault" } });
                assertHas(containers[0], {
                    securityContext: {
                        allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true, runAsUser: user,
                        capabilities: { drop: ["ALL"] },
                    },
                });
                const scratch = volumes.filter(({ emptyDir }) => emptyDir).map(({ name }) => name);
                const written = containers[0]?.volumeMounts.filter(({ name }) => scratch.includes(name)).map(({ mountPath }) => mountPath);
                assert.deepEqual(written?.sort(), folders);
            }
        });
    }

    it("T-19: the front end mounts its page, nginx.conf and the emptyDirs of the document", async () => {
        const { spec } = (await object("dev", "Deployment", "frontend")).spec.template;
        const mounts = spec.containers[0].volumeMounts as { name: string; mountPath: string; subPath?: string }[];
        const source = (path: string): object => spec.volumes.find(({ name }: { name: string }) =>
            name === mounts.find(({ mountPath }) => mountPath === path)?.name);
        assertHas(source("/usr/share/nginx/html"), { configMap: { name: "frontend-html" } });
        assertHas(source("/etc/nginx/nginx.conf"), { configMap: { name: "frontend-nginx-config" } });
        assert.equal(mounts.find(({ mountPath }) => mountPath === "/etc/nginx/nginx.conf")?.subPath, "nginx.conf");
        for (const [name, path] of [["cache", "/var/cache/nginx"], ["run", "/var/run"], ["tmp", "/tmp"]] as const) {
            assertHas(source(path), { name });
        }
    });

    it("T-20: nginx listens on port http 8080, which the Service maps to 80", async () => {
        for (const stack of stacks) {
            assert.deepEqual((await container(stack, "frontend", {}, "nginx")).ports, [{ name: "http", containerPort: 8080, protocol: "TCP" }]);
            assert.match((await object(stack, "ConfigMap", "frontend-nginx-config")).data["nginx.conf"], /^ +listen 8080;$/m);
        }
    });

    it("T-21: probes of the front end", async () => {
        for (const stack of stacks) {
            assertHas(await container(stack, "frontend", {}, "nginx"), {
                startupProbe: { httpGet: { path: "/health", port: "http" }, periodSeconds: 2, failureThreshold: 15 },
                readinessProbe: { httpGet: { path: "/health", port: "http" }, periodSeconds: 5 },
                livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 20 },
            });
        }
    });

    it("T-22: the front end's pods change with nginx.conf, which the kubelet does not refresh", async () => {
        const digest = async (settings: object): Promise<string> =>
            (await object("dev", "Deployment", "frontend", { ...settings })).spec.template.metadata.annotations["checksum/config"];
        assert.notEqual(await digest({}), await digest({ backend: { exposeStress: true } }));
        assert.equal(await digest({}), await digest({ postgres: { seedRows: 5 } }));
    });

    it("T-23: Services have the documented ports, protocols and names", async () => {
        for (const stack of stacks) {
            for (const [name, portName, port] of [
                ["postgres", "postgres", 5432], ["redis", "redis", 6379], ["backend-api", "http", 5000], ["prometheus", "http", 9090],
                ["frontend", "http", 80], ["grafana", "http", 3000],
            ] as const) {
                const { spec } = await object(stack, "Service", name);
                assert.deepEqual(spec.ports.find((each: { name: string }) => each.name === portName),
                    { name: portName, port, targetPort: portName, protocol: "TCP" }, `${stack}/${name}`);
            }
            for (const name of ["postgres", "redis", "backend-api", "prometheus"]) {
                assert.equal((await object(stack, "Service", name)).spec.type, "ClusterIP");
            }
        }
    });

    it("T-24 T-25: frontend and grafana are load balancers in dev, ClusterIP behind routes in staging and prod", async () => {
        const types = async (stack: "dev" | "staging" | "prod", settings = {}): Promise<string[]> =>
            Promise.all(["frontend", "grafana"].map(async name => (await object(stack, "Service", name, settings)).spec.type));
        assert.deepEqual(await types("dev"), ["LoadBalancer", "LoadBalancer"]);
        assert.deepEqual(await types("staging"), ["ClusterIP", "ClusterIP"]);
        assert.deepEqual(await types("prod"), ["ClusterIP", "ClusterIP"]);
        assert.deepEqual(await types("dev", { expose: "ingress" }), ["ClusterIP", "ClusterIP"]);
        const { recording } = await taskflow("dev");
        const others = recording.ofKind("Service").filter(({ inputs }) => !["frontend", "grafana"].includes(inputs.metadata.name));
        assert.deepEqual(others.filter(({ inputs }) => inputs.spec.type === "LoadBalancer"), []);
        const ranges = { loadBalancerSourceRanges: ["203.0.113.0/24"] };
        assert.deepEqual((await object("dev", "Service", "grafana", ranges)).spec.loadBalancerSourceRanges, ["203.0.113.0/24"]);
    });
});
