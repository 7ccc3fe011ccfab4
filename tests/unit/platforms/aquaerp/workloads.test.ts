import assert from "node:assert/strict";
import { allContainers, amounts, diskLimitOf, foldersOf, podsOf, variablesOf } from "../../../harness/pods";
import { aquaerp, backend, container, find, names, object, objectNames, pods, ports, stacks, workers } from "../../../harness/platforms/aquaerp";

describe("AquaERP workloads", () => {
    it("A-01 A-08: the parts of the document's folder are in namespace aquaerp", async () => {
        for (const stack of stacks) {
            const { recording } = await aquaerp(stack);
            assert.equal(recording.ofKind("Namespace").filter(({ inputs }) => inputs.metadata.name === "aquaerp").length, 1);
            for (const [kind, least] of [["Deployment", 9], ["StatefulSet", 2], ["Secret", 4], ["ConfigMap", 2], ["Service", 11], ["Ingress", 1],
                ["HorizontalPodAutoscaler", stack === "dev" ? 0 : 2], ["NetworkPolicy", 12]] as const) {
                assert.ok((await objectNames(stack, kind)).length >= least, `${stack}: ${kind}`);
            }
            assert.deepEqual(await objectNames(stack, "Deployment", {}, "aquaerp-monitoring"), ["grafana", "kube-state-metrics", "prometheus"]);
        }
    });

    it("A-02: another namespace is followed by every object, host name and policy", async () => {
        const { recording } = await aquaerp("dev", { namespace: "aquaerp-dev" });
        const used = new Set(recording.objects.flatMap(({ inputs }) => inputs.metadata?.namespace ?? []));
        assert.deepEqual([...used].sort(), ["aquaerp-dev", "aquaerp-dev-monitoring"]);
        const text = JSON.stringify(recording.objects.map(({ inputs }) => inputs));
        assert.doesNotMatch(text, /"aquaerp-monitoring"|\.aquaerp\.svc|"kubernetes\.io\/metadata\.name":"aquaerp"/);
        assert.match(text, /"kubernetes\.io\/metadata\.name":"aquaerp-dev"/);
    });

    it("A-07: secrets, stores, services, page, then Ingress and autoscalers; every object once", async () => {
        const program = await aquaerp("prod");
        const before = (kind: string, name: string): ReadonlySet<string> => program.recording.before(find(program, kind, name));
        const urn = (kind: string, name: string): string => find(program, kind, name).urn;
        for (const name of workers) {
            const earlier = before("Deployment", name);
            for (const [kind, object] of [["Secret", "rabbitmq-secret"], ["Secret", "postgres-secret"], ["ConfigMap", "app-config"],
                ["StatefulSet", "postgresql"], ["StatefulSet", "rabbitmq"], ["Job", "postgresql-init"]] as const) {
                assert.ok(earlier.has(urn(kind, object)), `${name} does not wait for ${object}`);
            }
        }
        assert.ok(before("StatefulSet", "postgresql").has(urn("Secret", "postgres-superuser")));
        for (const name of backend) {
            assert.ok(before("Deployment", "frontend").has(urn("Deployment", name)), name);
        }
        assert.ok(before("Ingress", "aquaerp-ingress").has(urn("Deployment", "frontend")));
        assert.ok(before("HorizontalPodAutoscaler", "frontend-hpa").has(urn("Deployment", "frontend")));
        const identities = program.recording.objects.map(({ type, inputs: { metadata } }) => `${type} ${metadata.namespace}/${metadata.name}`);
        assert.equal(new Set(identities).size, identities.length);
    });

    it("A-09: images of the private registry under the services' names; latest is refused, prod demands digests without a waiver", async () => {
        for (const stack of stacks) {
            for (const name of names) {
                assert.equal((await container(stack, name)).image, `registry.digitalocean.com/aquaerp-registry/${name}:1.0.0`);
            }
            await assert.rejects(aquaerp(stack, { registry: { tag: "latest" } }), /registry\.tag is "latest"; allowed is a tag of letters, digits, points and hyphens other than latest/);
            await assert.rejects(aquaerp(stack, { services: { frontend: { image: "page:latest" } } }), /services\.frontend\.image is "page:latest"/);
        }
        const own = { registry: { address: "r.example.com/erp", tag: "2.0.0" }, services: { "auth-service": { tag: "2.1.0" } } };
        assert.equal((await container("prod", "api-gateway", own)).image, "r.example.com/erp/api-gateway:2.0.0");
        assert.equal((await container("prod", "auth-service", own)).image, "r.example.com/erp/auth-service:2.1.0");
        await assert.rejects(aquaerp("prod", { registry: { digestWaiver: null } }), /services\.frontend\.image is missing; allowed is an image with a digest/);
        const digests = Object.fromEntries(names.map(name => [name, { image: `r.example.com/${name}@sha256:${"0".repeat(64)}` }]));
        await aquaerp("prod", { registry: { digestWaiver: null }, services: digests });
    });

    it("A-11 A-12 A-13 A-14 A-15 A-16 A-17 A-18 A-19 A-20: nine Deployments on their ports, each with a ClusterIP Service of its name", async () => {
        for (const stack of stacks) {
            assert.deepEqual(await objectNames(stack, "Deployment"), [...names].sort());
            for (const name of names) {
                const { ports: own } = await container(stack, name);
                assert.deepEqual(own.map(({ containerPort }) => containerPort), [ports[name]]);
                const { spec } = await object(stack, "Service", name);
                assert.equal(spec.type, "ClusterIP");
                assert.deepEqual(spec.ports.map(({ port, targetPort }: { port: number; targetPort: string }) => [port, targetPort]), [[ports[name], "http"]]);
            }
        }
    });

    it("A-12 A-19 A-20 A-27: three probes on the service's own port, which differ by their patience", async () => {
        for (const stack of stacks) {
            for (const name of names) {
                const { startupProbe, readinessProbe, livenessProbe } = await container(stack, name);
                const httpGet = { path: name === "frontend" ? "/" : "/health", port: "http" };
                assert.deepEqual(startupProbe, { httpGet, periodSeconds: 5, failureThreshold: 24, timeoutSeconds: 3 });
                const often = { periodSeconds: 5, timeoutSeconds: 3 };
                assert.deepEqual(readinessProbe, { httpGet, ...often, initialDelaySeconds: 5, failureThreshold: 3 });
                assert.deepEqual(livenessProbe, { httpGet, ...often, initialDelaySeconds: 30, periodSeconds: 10, failureThreshold: 6 });
            }
        }
    });

    it("A-21: label app and the recommended ones on pods; selectors by app", async () => {
        for (const stack of stacks) {
            for (const name of names) {
                const { template } = await pods(stack, name);
                const { labels } = template.metadata;
                assert.equal(labels["app"], name);
                for (const label of ["name", "instance", "component", "part-of", "managed-by", "version"]) {
                    assert.ok(labels[`app.kubernetes.io/${label}`], label);
                }
                const { spec } = await object(stack, "Deployment", name);
                assert.equal(spec.selector.matchLabels.app, name);
                assert.equal((await object(stack, "Service", name)).spec.selector.app, name);
            }
        }
    });

    it("A-22 A-23 A-70 A-116: one pod each in dev, two and three elsewhere, without a number where an autoscaler owns it", async () => {
        const counts = async (stack: typeof stacks[number], settings = {}): Promise<Record<string, number | undefined>> =>
            Object.fromEntries(await Promise.all(names.map(async name => [name, (await object(stack, "Deployment", name, settings)).spec.replicas])));
        assert.deepEqual(await counts("dev"), Object.fromEntries(names.map(name => [name, 1])));
        assert.deepEqual(await counts("dev", { fullReplicas: true }), Object.fromEntries(names.map(name => [name, name === "frontend" ? 3 : 2])));
        for (const stack of ["staging", "prod"] as const) {
            assert.deepEqual(await counts(stack), Object.fromEntries(names.map(name => [name, workers.includes(name) ? 2 : undefined])));
            assert.equal((await object(stack, "HorizontalPodAutoscaler", "api-gateway-hpa")).spec.minReplicas, 2);
            assert.equal((await object(stack, "HorizontalPodAutoscaler", "frontend-hpa")).spec.minReplicas, 3);
        }
    });

    it("A-24 A-25 A-118: the document's resources for every service, which a setting replaces for one", async () => {
        for (const stack of stacks) {
            for (const name of names) {
                assert.deepEqual(amounts(await container(stack, name)), ["100m/128Mi", "200m/256Mi"]);
            }
        }
        const bigger = { services: { "facture-service": { resources: { requests: "250m/256Mi", limits: "500m/512Mi" } } } };
        assert.deepEqual(amounts(await container("prod", "facture-service", bigger)), ["250m/256Mi", "500m/512Mi"]);
        assert.deepEqual(amounts(await container("prod", "auth-service", bigger)), ["100m/128Mi", "200m/256Mi"]);
    });

    it("A-26: every process is told its port and to listen on all addresses, under names that are settings", async () => {
        for (const stack of stacks) {
            for (const name of names) {
                const { PORT, HOST } = variablesOf(await container(stack, name));
                assert.deepEqual([PORT, HOST], [String(ports[name]), "0.0.0.0"]);
            }
        }
        const renamed = variablesOf(await container("dev", "auth-service", { variables: { port: "LISTEN_PORT", host: "BIND" } }));
        assert.deepEqual([renamed["LISTEN_PORT"], renamed["BIND"], renamed["PORT"]], ["3001", "0.0.0.0", undefined]);
    });

    it("A-28: a roll-out never has fewer pods; five seconds before the end, thirty to end", async () => {
        for (const stack of stacks) {
            for (const name of names) {
                const { strategy } = (await object(stack, "Deployment", name)).spec;
                assert.deepEqual(strategy, { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
                assert.equal((await pods(stack, name)).template.spec.terminationGracePeriodSeconds, 30);
                assert.deepEqual((await container(stack, name)).lifecycle, { preStop: { sleep: { seconds: 5 } } });
            }
        }
    });

    it("A-29: pods of a service prefer different nodes, and in prod different zones", async () => {
        for (const stack of ["staging", "prod"] as const) {
            for (const name of names) {
                const { affinity, topologySpreadConstraints = [] } = (await pods(stack, name)).template.spec;
                const [term] = affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
                assert.deepEqual([term?.weight, term?.podAffinityTerm.topologyKey, term?.podAffinityTerm.labelSelector.matchLabels["app"]],
                    [100, "kubernetes.io/hostname", name]);
                assert.deepEqual(topologySpreadConstraints.map(({ topologyKey, whenUnsatisfiable }) => [topologyKey, whenUnsatisfiable]),
                    stack === "prod" ? [["topology.kubernetes.io/zone", "ScheduleAnyway"]] : []);
            }
        }
    });

    it("A-30: the migration is a Job that runs before the services, and off unless it has an image", async () => {
        assert.ok(!(await objectNames("prod", "Job")).includes("aquaerp-migrate"));
        const settings = { migration: { image: "r.example.com/migrate:1", command: ["node", "migrate.js"] } };
        const program = await aquaerp("prod", settings);
        const job = find(program, "Job", "aquaerp-migrate");
        const [migrate] = job.inputs.spec.template.spec.containers;
        assert.deepEqual([migrate.image, migrate.command], ["r.example.com/migrate:1", ["node", "migrate.js"]]);
        assert.ok(program.recording.before(find(program, "Deployment", "auth-service")).has(job.urn));
    });

    it("A-107: no pod can fill its limit of local disk with its scratch folders alone", async () => {
        for (const stack of stacks) {
            for (const pods of podsOf((await aquaerp(stack)).recording)) {
                assert.ok(foldersOf(pods) < diskLimitOf(pods), `${stack} ${pods.name}: ${foldersOf(pods)} of ${diskLimitOf(pods)}`);
            }
        }
        assert.equal((await container("prod", "frontend")).resources.limits["ephemeral-storage"], "192Mi");
    });

    it("A-106 A-107 A-123: a ServiceAccount each without a token, restricted pods with a read-only root and a writable /tmp", async () => {
        for (const stack of stacks) {
            const program = await aquaerp(stack);
            const levels = find(program, "Namespace", "aquaerp").inputs.metadata.labels;
            assert.equal(levels["pod-security.kubernetes.io/enforce"], "restricted");
            const own = podsOf(program.recording).filter(({ namespace }) => namespace === "aquaerp");
            assert.equal(new Set(own.map(({ template }) => template.spec.serviceAccountName)).size, own.length);
            for (const { template: { spec } } of own) {
                assert.equal(spec.automountServiceAccountToken, false);
                assert.deepEqual([spec.securityContext.runAsNonRoot, spec.securityContext.seccompProfile.type], [true, "RuntimeDefault"]);
            }
            for (const [name, { securityContext }] of allContainers(program.recording)) {
                const { allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities: { drop } } = securityContext;
                assert.deepEqual([allowPrivilegeEscalation, readOnlyRootFilesystem, drop], [false, true, ["ALL"]], name);
            }
            for (const name of names) {
                const { volumes } = (await pods(stack, name)).template.spec;
                const mount = (await container(stack, name)).volumeMounts.find(({ mountPath }) => mountPath === "/tmp");
                assert.ok(volumes.find(volume => volume.name === mount?.name)?.emptyDir, name);
            }
        }
    });

    it("A-142: no latest, no deprecated annotation, no superuser in application pods, no secret in a ConfigMap", async () => {
        for (const stack of stacks) {
            const { recording } = await aquaerp(stack);
            for (const [name, { image }] of allContainers(recording)) {
                assert.match(image, /:(?!latest)[^/]+$/, name);
            }
            assert.ok(recording.objects.every(({ inputs }) => inputs.metadata?.annotations?.["kubernetes.io/ingress.class"] === undefined));
            for (const name of names) {
                assert.doesNotMatch(JSON.stringify(await container(stack, name)), /superuser/);
            }
            const configuration = JSON.stringify(recording.ofKind("ConfigMap").map(({ inputs }) => inputs.data));
            assert.doesNotMatch(configuration, /CANARY-/);
        }
    });
});
