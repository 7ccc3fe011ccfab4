import assert from "node:assert/strict";
import type { EnvironmentName } from "../../../../components/kit/environment";
import { containersOf, podsOf } from "../../../harness/pods";
import type { Endpoint, Target } from "../../../harness/reachability";
import { dnsFrom, endpointOf, openConnections, tcp } from "../../../harness/reachability";
import { everything, object, stacks, taskflow } from "../../../harness/platforms/taskflow";

/** Pods and addresses that the program does not deploy; no policy selects them. */
const outsiders: readonly Endpoint[] = [
    { name: "traefik", namespace: "traefik", labels: { "app.kubernetes.io/name": "traefik" }, address: "10.42.1.1" },
    { name: "dns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, address: "10.42.1.2" },
    { name: "alertmanager", namespace: "monitoring", labels: { app: "alertmanager" }, address: "10.42.1.3" },
    { name: "impostor", namespace: "elsewhere", labels: { app: "backend-api", "app.kubernetes.io/part-of": "taskflow" }, address: "10.42.1.4" },
    { name: "outside", address: "203.0.113.9" },
];

const targets: readonly Target[] = [
    ...[22, 53, 80, 443, 3000, 5000, 5432, 6379, 6443, 8080, 8081, 8443, 9090, 9093, 9113, 9121, 9187, 10250, 16379, 26379]
        .map(port => ({ port })),
    { port: 53, protocol: "UDP" },
];

/** Everything that policies let through, but for what the outsiders do among themselves. */
async function open(stack: EnvironmentName, settings = {}): Promise<string[]> {
    const { recording } = await taskflow(stack, settings);
    return openConnections(recording, podsOf(recording).map(endpointOf), outsiders, targets);
}

/** The API server and the kubelets have no pods: policies can name them by their ports only. */
const anywhere = (from: string, ...ports: number[]): string[] => outsiders.flatMap(({ name }) => tcp(from, name, ...ports));

/** The edges of T-141 and T-142 between the workloads with one server of each kind. */
const inside = [
    ...tcp("frontend", "backend-api", 5000),
    ...tcp("backend-api", "postgres", 5432), ...tcp("backend-api", "redis", 6379),
    ...tcp("taskflow-db-init", "postgres", 5432),
    ...tcp("grafana", "prometheus", 9090),
    ...tcp("prometheus", "backend-api", 5000), ...tcp("prometheus", "postgres", 9187), ...tcp("prometheus", "redis", 9121),
    ...tcp("prometheus", "kube-state-metrics", 8080),
    ...anywhere("prometheus", 443, 6443, 8443, 10250), ...anywhere("kube-state-metrics", 443, 6443, 8443),
    ...dnsFrom("frontend", "backend-api", "taskflow-db-init", "grafana", "prometheus", "kube-state-metrics"),
];
const loadTest = [...tcp("load-generator", "backend-api", 5000), ...dnsFrom("load-generator")];
/** A load balancer's clients may be anybody. */
const public_ = outsiders.flatMap(({ name }) => [...tcp(name, "frontend", 8080), ...tcp(name, "grafana", 3000)]);
const routed = [...tcp("traefik", "frontend", 8080), ...tcp("traefik", "grafana", 3000), ...tcp("prometheus", "alertmanager", 9093)];
/** Nobody asks for the exporter of nginx in dev. */
const watched = tcp("prometheus", "frontend", 9113);
const backups = ["postgres-backup", "postgres-restore"].flatMap(name => [...tcp(name, "postgres", 5432), ...dnsFrom(name)]);

describe("TaskFlow security", () => {
    it("T-117: the namespace enforces, audits and warns of the restricted standard in a pinned version", async () => {
        for (const stack of stacks) {
            const { labels } = (await object(stack, "Namespace", "taskflow")).metadata;
            for (const mode of ["enforce", "audit", "warn"]) {
                assert.equal(labels[`pod-security.kubernetes.io/${mode}`], "restricted");
                assert.match(labels[`pod-security.kubernetes.io/${mode}-version`], /^v1\.\d+$/);
            }
        }
    });

    it("T-117: every pod, init container, Job and sidecar meets the restricted standard", async () => {
        for (const stack of stacks) {
            for (const pods of podsOf((await taskflow(stack, everything[stack])).recording)) {
                const { spec } = pods.template;
                assert.deepEqual([spec.hostNetwork, spec.hostPID, spec.hostIPC], [undefined, undefined, undefined], pods.name);
                assert.ok(!(spec.volumes ?? []).some(({ hostPath }) => hostPath), `${pods.name} mounts the node's files`);
                for (const { name, ports = [], securityContext } of containersOf(pods)) {
                    const { allowPrivilegeEscalation, privileged, capabilities, runAsNonRoot, runAsUser, seccompProfile } = securityContext;
                    assert.deepEqual({ allowPrivilegeEscalation, privileged, capabilities, runAsNonRoot, seccompProfile }, {
                        allowPrivilegeEscalation: false, privileged: false, capabilities: { drop: ["ALL"] }, runAsNonRoot: true,
                        seccompProfile: { type: "RuntimeDefault" },
                    }, `${stack} ${pods.name}/${name}`);
                    assert.ok(runAsUser > 0, `${pods.name}/${name} runs as ${runAsUser}`);
                    assert.ok(!ports.some(({ hostPort }) => hostPort), `${pods.name}/${name} opens a port of the node`);
                }
            }
        }
    });

    it("T-118: every workload has a ServiceAccount of its own, and a token only to talk to the API server", async () => {
        for (const stack of stacks) {
            const { recording } = await taskflow(stack, everything[stack]);
            const pods = podsOf(recording);
            const accounts = pods.map(({ template }) => template.spec.serviceAccountName);
            assert.equal(new Set(accounts).size, accounts.length);
            assert.deepEqual(recording.ofKind("ServiceAccount").map(({ inputs }) => inputs.metadata.name).sort(), [...accounts].sort());
            assert.ok(recording.ofKind("ServiceAccount").every(({ inputs }) => inputs.automountServiceAccountToken === false));
            const mounted = pods.filter(({ template }) => template.spec.automountServiceAccountToken !== false).map(({ name }) => name);
            assert.deepEqual(mounted.sort(), ["kube-state-metrics", "prometheus"]);
        }
    });

    it("T-119: every emptyDir has a size limit, every container requests and limits node-local disk", async () => {
        for (const stack of stacks) {
            for (const pods of podsOf((await taskflow(stack, everything[stack])).recording)) {
                for (const { name, emptyDir } of pods.template.spec.volumes ?? []) {
                    assert.ok(!emptyDir || emptyDir.sizeLimit, `${pods.name}: emptyDir ${name} has no sizeLimit`);
                }
                for (const { name, resources: { requests, limits } } of containersOf(pods)) {
                    for (const amounts of [requests, limits]) {
                        assert.ok(amounts["cpu"] && amounts["memory"] && amounts["ephemeral-storage"], `${pods.name}/${name}`);
                    }
                }
            }
        }
    });

    it("T-120: a policy denies all traffic of the namespace that no other policy allows", async () => {
        for (const stack of stacks) {
            assert.deepEqual((await object(stack, "NetworkPolicy", "default-deny")).spec, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
        }
    });

    it("T-120 T-137 T-141 T-142: in dev the documented edges are open and no other pair is, load test included", async () => {
        assert.deepEqual(await open("dev"), [...inside, ...public_].sort());
        assert.deepEqual(await open("dev", everything.dev), [...inside, ...public_, ...loadTest].sort());
    });

    it("T-120 T-137 T-141 T-142: in staging the ingress controller takes the public's place, backups reach PostgreSQL", async () => {
        assert.deepEqual(await open("staging"), [...inside, ...routed, ...watched, ...backups].sort());
        assert.deepEqual(await open("staging", everything.staging), [...inside, ...routed, ...watched, ...backups, ...loadTest].sort());
        assert.deepEqual(await open("staging", { frontend: { exporter: false } }), [...inside, ...routed, ...backups].sort());
    });

    it("T-120 T-137 T-141 T-142: in prod with one Redis the same edges are open as in staging", async () => {
        assert.deepEqual(await open("prod", { redis: { mode: "single" }, postgres: { mode: "single" } }),
            [...inside, ...routed, ...watched, ...backups].sort());
    });
});
