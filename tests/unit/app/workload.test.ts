import assert from "node:assert/strict";
import type { WorkloadArgs } from "../../../components/app/workload";
import { Workload } from "../../../components/app/workload";
import { environmentDefaults } from "../../../components/config/environments";
import { DependencyGraph } from "../../../components/kit/graph";
import { tcpProbe } from "../../../components/kit/probes";
import { resources } from "../../../components/kit/resources";
import type { Scope } from "../../../components/kit/scope";
import type { Recording } from "../../harness/mocks";
import { record } from "../../harness/mocks";

const args: WorkloadArgs = {
    component: "application",
    runAs: { user: 1000 },
    container: {
        name: "web", image: "web:1.0", resources: resources("1m/1Mi", "2m/2Mi"), ports: { http: 8080, metrics: 9100 },
        environment: { LEVEL: "INFO" }, probes: { readiness: tcpProbe("http", {}), liveness: tcpProbe("http", {}) },
    },
};

async function run(more: Partial<WorkloadArgs>, environment: "dev" | "prod" = "prod"): Promise<{ recording: Recording; graph: DependencyGraph }> {
    const graph = new DependencyGraph();
    const scope: Scope = { platform: "shop", namespace: "shop", environment: environmentDefaults(environment), graph, origin: [] };
    const recording = await record(() => void new Workload("web", scope, { ...args, ...more }));
    return { recording, graph };
}

const kinds = (recording: Recording): string[] => recording.objects.map(({ inputs }) => `${inputs.kind} ${inputs.metadata.name}`).sort();

describe("workload", () => {
    it("is a Deployment and its ServiceAccount, and nothing that is not asked for", async () => {
        const { recording } = await run({});
        assert.deepEqual(kinds(recording), ["Deployment web", "ServiceAccount web"]);
        const { spec } = recording.object("Deployment", "web").inputs;
        assert.equal(spec.replicas, 1);
        assert.deepEqual(spec.strategy, { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
    });

    it("T-04: an autoscaler owns the number of pods", async () => {
        const { recording, graph } = await run({ replicas: 5, autoscaling: { minimum: 2, maximum: 7, cpuPercent: 60 } });
        assert.equal("replicas" in recording.object("Deployment", "web").inputs.spec, false);
        assert.deepEqual(recording.object("Deployment", "web").ignoreChanges, ["spec.replicas"]);
        assert.deepEqual((await run({ replicas: 5 })).recording.object("Deployment", "web").ignoreChanges, []);
        assert.deepEqual(recording.object("HorizontalPodAutoscaler", "web-hpa").inputs.spec.metrics.length, 1);
        assert.equal(graph.workloads[0]?.capacity.maximumPods, 8);
    });

    it("T-98: has a disruption budget and is spread only with two pods or more, the latter where the environment says so", async () => {
        for (const [replicas, environment, budget, spread] of [
            [1, "prod", false, false], [2, "prod", true, true], [2, "dev", true, false],
        ] as const) {
            const { recording } = await run({ replicas }, environment);
            assert.equal(recording.has("PodDisruptionBudget", "web"), budget);
            const { topologySpreadConstraints } = recording.object("Deployment", "web").inputs.spec.template.spec;
            assert.equal(topologySpreadConstraints !== undefined, spread);
        }
    });

    it("its Service is not waited for twice, and leads to the port by name", async () => {
        const { recording } = await run({ service: { port: "http", number: 80, further: { metrics: 9100 } } });
        const { metadata, spec } = recording.object("Service", "web").inputs;
        assert.equal(metadata.annotations["pulumi.com/skipAwait"], "true");
        assert.deepEqual(spec.ports, [
            { name: "http", port: 80, targetPort: "http", protocol: "TCP" }, { name: "metrics", port: 9100, targetPort: "metrics", protocol: "TCP" },
        ]);
    });

    it("a load balancer is open to the internet in the graph, a ClusterIP is not", async () => {
        for (const [type, ways] of [["LoadBalancer", ["internet 8080"]], ["ClusterIP", []]] as const) {
            const { graph } = await run({ service: { port: "http", number: 80, type } });
            assert.deepEqual(graph.edges.map(({ from, ports }) => `${from.name} ${ports.map(({ number }) => number).join()}`), ways);
        }
    });

    it("refuses ports that no container has", async () => {
        const message = "there is no container port called \"https\"; there is http, metrics";
        await assert.rejects(run({ service: { port: "https", number: 443 } }), { message });
        await assert.rejects(run({ metricsPort: "https" }), { message });
    });

    it("T-53 T-60: plain variables go to a ConfigMap where one is named, and roll the pods from there", async () => {
        const inline = (await run({})).recording;
        assert.deepEqual(inline.object("Deployment", "web").inputs.spec.template.spec.containers[0].env, [{ name: "LEVEL", value: "INFO" }]);
        const { recording } = await run({ configMapName: "web-config" });
        assert.deepEqual(recording.object("ConfigMap", "web-config").inputs.data, { LEVEL: "INFO" });
        const { metadata, spec } = recording.object("Deployment", "web").inputs.spec.template;
        assert.deepEqual(spec.containers[0].envFrom, [{ configMapRef: { name: "web-config" } }]);
        assert.match(metadata.annotations["checksum/config"], /^[0-9a-f]{16}$/);
    });

    it("as a StatefulSet has a headless Service and claims per pod, which count for the quota", async () => {
        const { recording, graph } = await run({
            kind: "StatefulSet", replicas: 3, claimTemplates: [{ name: "data", size: "1Gi", storageClass: null }],
        });
        const { spec } = recording.object("StatefulSet", "web").inputs;
        assert.equal(spec.serviceName, "web-headless");
        assert.equal(recording.object("Service", "web-headless").inputs.spec.clusterIP, "None");
        assert.deepEqual(graph.workloads[0]?.storage, { "data-web-0": "1Gi", "data-web-1": "1Gi", "data-web-2": "1Gi" });
        assert.equal(graph.workloads[0]?.capacity.maximumPods, 3);
    });

    it("F2: the claims of a StatefulSet's pods are declared before it, grow, and stay where nothing declares them any more", async () => {
        const sizes: string[] = [];
        for (const size of ["1Gi", "2Gi"]) {
            const { recording } = await run({ kind: "StatefulSet", replicas: 2, claimTemplates: [{ name: "data", size, storageClass: "disk" }] });
            const set = recording.object("StatefulSet", "web");
            assert.deepEqual(set.ignoreChanges, ["spec.volumeClaimTemplates"]);
            for (const name of ["data-web-0", "data-web-1"]) {
                const { inputs, urn, retainOnDelete } = recording.object("PersistentVolumeClaim", name);
                assert.ok(set.dependencies.includes(urn) && retainOnDelete, name);
                assert.deepEqual([inputs.metadata.namespace, inputs.spec.storageClassName], [set.inputs.metadata.namespace, "disk"]);
                sizes.push(inputs.spec.resources.requests.storage as string);
            }
        }
        assert.deepEqual(sizes, ["1Gi", "1Gi", "2Gi", "2Gi"]);
    });

    it("as a DaemonSet has no number of pods", async () => {
        const { recording } = await run({ kind: "DaemonSet" });
        assert.equal("replicas" in recording.object("DaemonSet", "web").inputs.spec, false);
    });

    it("two of one name are refused", async () => {
        const scope: Scope = {
            platform: "shop", namespace: "shop", environment: environmentDefaults("dev"), graph: new DependencyGraph(), origin: [],
        };
        await assert.rejects(record(() => {
            new Workload("web", scope, args);
            new Workload("web", scope, args);
        }), { message: "two workloads are called shop/web; give one of them another name" });
    });
});
