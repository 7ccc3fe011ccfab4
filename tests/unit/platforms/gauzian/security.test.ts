import assert from "node:assert/strict";
import type { EnvironmentName } from "../../../../components/kit/environment";
import { containersOf, podsOf } from "../../../harness/pods";
import type { StackValues } from "../../../harness/program";
import type { Endpoint, Target } from "../../../harness/reachability";
import { dnsFrom, endpointOf, openConnections, tcp } from "../../../harness/reachability";
import { find, gauzian, object, stacks } from "../../../harness/platforms/gauzian";

/** Pods and addresses that the platform does not deploy; no policy selects them. */
const outsiders: readonly Endpoint[] = [
    { name: "traefik", namespace: "traefik", labels: { "app.kubernetes.io/name": "traefik" }, address: "10.42.1.1" },
    { name: "dns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, address: "10.42.1.2" },
    { name: "impostor", namespace: "elsewhere", labels: { app: "traefik", "app.kubernetes.io/part-of": "gauzian" }, address: "10.42.1.4" },
    { name: "outside", address: "203.0.113.9" },
];

const unlabelled: Endpoint = { name: "unlabelled", namespace: "gauzian-v2", labels: {}, address: "10.42.1.5" };

const targets: readonly Target[] = [
    ...[22, 53, 80, 443, 3000, 5432, 6379, 6443, 8080, 8081, 8443, 9000, 9001, 9090, 9093, 9100, 9121, 9187, 10250].map(port => ({ port })),
    { port: 53, protocol: "UDP" },
];

/** Everything that policies let through to or from the platform's pods. */
async function open(stack: EnvironmentName, settings: StackValues = {}): Promise<string[]> {
    const { recording } = await gauzian(stack, settings);
    // Policies do not hold for node-exporter, whose pods have their nodes' addresses.
    const own = podsOf(recording).filter(({ name }) => name !== "node-exporter").map(endpointOf);
    return openConnections(recording, [...own, unlabelled], outsiders, targets);
}

/** The API server, kubelets and nodes have no pods: policies can name them by their ports only. */
const anywhere = (from: string, ...ports: number[]): string[] =>
    outsiders.flatMap(({ name }) => tcp(from, name, ...ports));

/** One for the namespaces, one for the nodes. */
const stateMetrics = ["kube-state-metrics", "node-kube-state-metrics"];

/** The edges of G-137. */
const edges = [
    ...tcp("traefik", "front", 8080), ...tcp("traefik", "backend", 8080), ...tcp("traefik", "minio", 9000, 9001), ...tcp("traefik", "grafana", 3000),
    ...tcp("backend", "postgres", 5432), ...tcp("backend", "redis", 6379), ...tcp("backend", "minio", 9000),
    ...["postgres-backup", "postgres-restore", "postgres-roles"].flatMap(name => tcp(name, "postgres", 5432)),
    ...tcp("minio-bucket-init", "minio", 9000),
    ...tcp("prometheus", "backend", 8080), ...tcp("prometheus", "postgres", 9187), ...tcp("prometheus", "redis", 9121),
    ...tcp("prometheus", "minio", 9000), ...stateMetrics.flatMap(name => [...tcp("prometheus", name, 8080), ...anywhere(name, 443, 6443, 8443)]),
    ...anywhere("prometheus", 443, 6443, 8443, 9100, 10250),
    ...tcp("grafana", "prometheus", 9090),
    ...dnsFrom("backend", "postgres-backup", "postgres-restore", "postgres-roles", "minio-bucket-init", "prometheus", ...stateMetrics, "grafana"),
];

describe("GAUZIAN security", () => {
    it("G-132: both namespaces enforce, audit and warn of the restricted standard in a pinned version", async () => {
        for (const stack of stacks) {
            const program = await gauzian(stack);
            for (const namespace of ["gauzian-v2", "monitoring"]) {
                const { labels } = find(program, "Namespace", namespace, "-").inputs.metadata;
                for (const mode of ["enforce", "audit", "warn"]) {
                    assert.equal(labels[`pod-security.kubernetes.io/${mode}`], "restricted");
                    assert.match(labels[`pod-security.kubernetes.io/${mode}-version`], /^v1\.\d+$/);
                }
            }
        }
    });

    it("G-133 G-18: every pod is restricted, with its image's user and a read-only root beside sized scratch folders", async () => {
        const users: Readonly<Record<string, number>> = {
            postgres: 70, redis: 999, grafana: 472, prometheus: 65534, backend: 1000, front: 1000, minio: 1000,
        };
        for (const stack of stacks) {
            for (const pods of podsOf((await gauzian(stack)).recording)) {
                const { spec } = pods.template;
                assert.equal(spec.securityContext.runAsNonRoot, true);
                assert.equal(spec.securityContext.runAsUser, users[pods.name] ?? spec.securityContext.runAsUser);
                assert.ok(spec.securityContext.runAsUser > 0);
                assert.ok((spec.volumes ?? []).every(({ emptyDir }) => !emptyDir || emptyDir.sizeLimit), pods.name);
                for (const { name, securityContext } of containersOf(pods)) {
                    const { allowPrivilegeEscalation, capabilities, readOnlyRootFilesystem, seccompProfile } = securityContext;
                    assert.deepEqual({ allowPrivilegeEscalation, capabilities, readOnlyRootFilesystem, seccompProfile }, {
                        allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, readOnlyRootFilesystem: true, seccompProfile: { type: "RuntimeDefault" },
                    }, `${pods.name}/${name}`);
                }
            }
        }
    });

    it("G-134: nothing of Pod Security Policies is rendered", async () => {
        for (const stack of stacks) {
            assert.equal((await gauzian(stack)).recording.ofKind("PodSecurityPolicy").length, 0);
        }
    });

    it("G-135 G-136: default deny in both namespaces; backend-netpol selects the backend and names Traefik by namespace and label", async () => {
        for (const stack of stacks) {
            const program = await gauzian(stack);
            for (const namespace of ["gauzian-v2", "monitoring"]) {
                const denies = program.recording.ofKind("NetworkPolicy").filter(({ inputs }) => inputs.metadata.namespace === namespace
                    && Object.keys(inputs.spec.podSelector).length === 0);
                assert.deepEqual(denies.map(({ inputs }) => [inputs.spec.policyTypes, inputs.spec.ingress, inputs.spec.egress]),
                    [[["Ingress", "Egress"], undefined, undefined]]);
            }
            const { podSelector, ingress } = find(program, "NetworkPolicy", "backend-netpol").inputs.spec;
            assert.equal(podSelector.matchLabels.app, "backend");
            assert.deepEqual(ingress[0], {
                from: [{
                    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "traefik" } },
                    podSelector: { matchLabels: { "app.kubernetes.io/name": "traefik" } },
                }],
                ports: [{ port: 8080, protocol: "TCP" }],
            });
        }
    });

    it("G-135 G-136 G-137 G-176: in dev the documented edges are open and no other pair is", async () => {
        assert.deepEqual(await open("dev"), [...edges].sort());
    });

    it("G-137: staging and prod open the same, and Prometheus' side of the way to the shared Alertmanager", async () => {
        for (const stack of ["staging", "prod"] as const) {
            assert.deepEqual(await open(stack), [...edges].sort());
            const { egress } = find(await gauzian(stack), "NetworkPolicy", "prometheus", "monitoring").inputs.spec;
            assert.deepEqual(egress.filter(({ ports }: { ports: Target[] }) => ports.some(({ port }) => port === 9093)), [{
                to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }],
                ports: [{ port: 9093, protocol: "TCP" }],
            }]);
        }
    });

    it("G-137: a migration reaches PostgreSQL and nothing else", async () => {
        const connections = await open("dev", { migrations: { image: "r.example.com/migrate:1" } });
        assert.deepEqual(connections.filter(connection => connection.startsWith("gauzian-migrate -> ")),
            [...dnsFrom("gauzian-migrate"), ...tcp("gauzian-migrate", "postgres", 5432)].sort());
    });

    it("G-138: a ServiceAccount for each workload, backend-sa for the backend; tokens for Prometheus and kube-state-metrics", async () => {
        for (const stack of stacks) {
            const { recording } = await gauzian(stack);
            const pods = podsOf(recording);
            const accounts = pods.map(({ template }) => template.spec.serviceAccountName);
            assert.equal(new Set(accounts).size, accounts.length);
            assert.equal(pods.find(({ name }) => name === "backend")?.template.spec.serviceAccountName, "backend-sa");
            assert.ok(recording.ofKind("ServiceAccount").every(({ inputs }) => inputs.automountServiceAccountToken === false));
            const mounted = pods.filter(({ template }) => template.spec.automountServiceAccountToken !== false).map(({ name }) => name);
            assert.deepEqual(mounted.sort(), [...stateMetrics, "prometheus"].sort());
        }
    });

    it("G-139: nobody may read the Secret through the API, unless the document's Role is asked for", async () => {
        const settings = { backend: { rbacSecretRead: true } };
        for (const stack of stacks) {
            const { recording } = await gauzian(stack);
            assert.ok(!recording.has("Role", "backend-role") && !recording.has("RoleBinding", "backend-rb"));
            assert.doesNotMatch(JSON.stringify(recording.ofKind("Role").map(({ inputs }) => inputs.rules)), /secrets/);
            assert.deepEqual((await object(stack, "Role", "backend-role", settings)).rules,
                [{ apiGroups: [""], resources: ["secrets"], resourceNames: ["gauzian-secrets"], verbs: ["get"] }]);
            const binding = await object(stack, "RoleBinding", "backend-rb", settings);
            assert.deepEqual([binding.roleRef.name, binding.subjects], ["backend-role", [{ kind: "ServiceAccount", name: "backend-sa", namespace: "gauzian-v2" }]]);
        }
    });
});
