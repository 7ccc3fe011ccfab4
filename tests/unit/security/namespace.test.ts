import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { environmentDefaults } from "../../../components/config/environments";
import { DependencyGraph } from "../../../components/kit/graph";
import type { WorkloadNode } from "../../../components/kit/graph";
import type { Scope } from "../../../components/kit/scope";
import { NamespaceGuards } from "../../../components/security/namespaceGuards";
import { workloadPolicy } from "../../../components/security/networkPolicies";
import { PlatformNamespace } from "../../../components/security/platformNamespace";
import { containerLimits, quotaOf } from "../../../components/security/quotas";
import type { Inputs } from "../../harness/mocks";
import { record } from "../../harness/mocks";
import { workload } from "../../harness/graphs";

const environment = environmentDefaults("dev");

describe("namespace of a platform", () => {
    it("T-117: carries the level of its environment in all three modes, or a level of its own", async () => {
        for (const [podSecurity, level] of [[undefined, "restricted"], ["privileged", "privileged"]] as const) {
            const recording = await record(() => {
                new PlatformNamespace("shop", { platform: "shop", environment, graph: new DependencyGraph(), ...(podSecurity && { podSecurity }) });
            });
            const { labels } = recording.object("Namespace", "shop").inputs.metadata;
            for (const mode of ["enforce", "audit", "warn"]) {
                assert.equal(labels[`pod-security.kubernetes.io/${mode}`], level);
                assert.equal(labels[`pod-security.kubernetes.io/${mode}-version`], `v${environment.minKubernetesVersion}`);
            }
        }
    });

    it("T-117: reports under baseline what the next environment would refuse", async () => {
        const recording = await record(() => {
            new PlatformNamespace("shop", { platform: "shop", environment, graph: new DependencyGraph(), podSecurity: "baseline" });
        });
        const { inputs, parent } = recording.object("Namespace", "shop");
        const { labels } = inputs.metadata;
        assert.deepEqual(["enforce", "audit", "warn"].map(mode => labels[`pod-security.kubernetes.io/${mode}`]), ["baseline", "restricted", "restricted"]);
        assert.deepEqual([labels["app.kubernetes.io/part-of"], labels["app.kubernetes.io/managed-by"]], ["shop", "pulumi"]);
        const [component] = recording.ofType("platforms:security:PlatformNamespace");
        assert.equal(parent, component?.urn);
        assert.deepEqual(component?.outputs, { namespace: "shop", podSecurity: "baseline" });
    });

    it("hands on what holds for all that is placed in it, and nothing that was not asked for", async () => {
        const priorities = { data: "high", application: "middle", batch: "low" };
        const scopes: Scope[] = [];
        await record(() => {
            const graph = new DependencyGraph();
            scopes.push(new PlatformNamespace("shop", { platform: "shop", environment, graph, logicalPrefix: "s", dnsForEveryPod: true, priorities }).scope);
            scopes.push(new PlatformNamespace("blog", { platform: "blog", environment, graph }).scope);
        });
        const [all, least] = scopes as [Scope, Scope];
        assert.deepEqual([all.logicalPrefix, all.dnsForEveryPod, all.priorities, all.origin.length], ["s", true, priorities, 1]);
        assert.deepEqual(Object.keys(least).sort(), ["environment", "graph", "namespace", "origin", "platform"]);
    });

    it("is guarded by default-deny, a policy per workload, a quota and limits, each after the namespace", async () => {
        const graph = new DependencyGraph();
        const scopes: Scope[] = [];
        const recording = await record(() => {
            scopes.push(...["shop", "blog"].map(platform => new PlatformNamespace(platform, { platform, environment, graph }).scope));
            graph.addWorkload(workload("shop", "web"));
            new NamespaceGuards("guards", { graph });
        });
        assert.deepEqual(scopes.map(({ platform, namespace }) => [platform, namespace]), [["shop", "shop"], ["blog", "blog"]]);
        const guards = recording.objects.filter(({ inputs }) => inputs.kind !== "Namespace");
        assert.deepEqual(guards.map(({ name, inputs }) => `${inputs.kind} ${name}`).sort(), [
            "LimitRange blog-limits", "LimitRange shop-limits", "NetworkPolicy blog-default-deny", "NetworkPolicy shop-default-deny",
            "NetworkPolicy shop-web", "ResourceQuota blog-quota", "ResourceQuota shop-quota",
        ]);
        const [component] = recording.ofType("platforms:security:NamespaceGuards");
        assert.deepEqual(component?.outputs, { namespaces: ["shop", "blog"] });
        const role = (kind: string): string => (kind === "NetworkPolicy" ? "network" : "limits");
        for (const guard of guards) {
            const { namespace, labels } = guard.inputs.metadata;
            assert.equal(guard.parent, component.urn);
            assert.equal(labels["app.kubernetes.io/component"], role(guard.inputs.kind));
            assert.equal(guard.inputs.metadata.name, guard.name.replace(`${namespace}-`, ""));
            assert.equal(labels["app.kubernetes.io/part-of"], namespace);
            assert.ok(recording.before(guard).has(recording.object("Namespace", namespace).urn));
        }
    });

    it("T-120: what guards it is what its own workloads need", async () => {
        const graph = new DependencyGraph();
        const recording = await record(() => {
            for (const platform of ["shop", "blog"]) new PlatformNamespace(platform, { platform, environment, graph });
            graph.addWorkload(workload("shop", "web"));
            new NamespaceGuards("guards", { graph });
        });
        const spec = (name: string): Inputs => recording.registrations.find(registration => registration.name === name)?.inputs.spec;
        assert.deepEqual(spec("shop-quota").hard, quotaOf(graph.workloads));
        assert.deepEqual(spec("blog-quota").hard, quotaOf([]));
        assert.notDeepEqual(spec("shop-quota"), spec("blog-quota"));
        assert.deepEqual(spec("shop-limits").limits, [containerLimits(graph.workloads)]);
        assert.deepEqual(spec("shop-web"), workloadPolicy(graph, graph.workloads[0] as WorkloadNode).spec);
    });

    it("E-145: its policy that lets nothing in or out may have another name", async () => {
        const graph = new DependencyGraph();
        const recording = await record(() => {
            new PlatformNamespace("shop", { platform: "shop", environment, graph, defaultDenyName: "deny-all-default" });
            new NamespaceGuards("guards", { graph });
        });
        assert.deepEqual(recording.object("NetworkPolicy", "deny-all-default").inputs.spec, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    });
});

describe("namespace that platforms share", () => {
    class Owner extends pulumi.ComponentResource {
        readonly scope: Scope;

        constructor(platform: string, graph: DependencyGraph) {
            super("test:Owner", platform);
            this.scope = PlatformNamespace.shared("monitoring", { platform, environment, graph, logicalPrefix: `${platform}-monitoring` }, this);
        }
    }

    it("exists once whoever asks first, belongs to no platform, and keeps the platforms' things apart", async () => {
        const urns: string[] = [];
        for (const platforms of [["shop", "blog"], ["blog", "shop"], ["blog"]]) {
            const graph = new DependencyGraph();
            const scopes: Scope[] = [];
            const recording = await record(() => {
                scopes.push(...platforms.map(platform => new Owner(platform, graph).scope));
            });
            const namespace = recording.object("Namespace", "monitoring");
            urns.push(namespace.urn);
            assert.equal(namespace.inputs.metadata.labels["app.kubernetes.io/part-of"], "platforms");
            assert.deepEqual(scopes.map(({ platform, logicalPrefix }) => [platform, logicalPrefix]),
                platforms.map(platform => [platform, `${platform}-monitoring`]));
            assert.deepEqual(graph.namespaces.map(({ name }) => name), ["monitoring"]);
        }
        assert.equal(new Set(urns).size, 1, "switching one platform off must not replace the namespace of the others");
    });

    it("is made by the provider of whoever asks", async () => {
        const recording = await record(() => {
            const provider = new k8s.Provider("cluster", {});
            const owner = new pulumi.ComponentResource("test:Owner", "blog", {}, { provider });
            PlatformNamespace.shared("monitoring", { platform: "blog", environment, graph: new DependencyGraph(), logicalPrefix: "b" }, owner);
        });
        assert.equal(recording.object("Namespace", "monitoring").provider, "cluster");
    });

    it("is not another shared namespace", async () => {
        const recording = await record(() => {
            const graph = new DependencyGraph();
            const owner = new Owner("blog", graph);
            PlatformNamespace.shared("logging", { platform: "blog", environment, graph, logicalPrefix: "b" }, owner);
        });
        assert.deepEqual(recording.ofKind("Namespace").map(({ name }) => name).sort(), ["logging", "monitoring"]);
    });

    it("is refused where a platform has that name for itself", async () => {
        const graph = new DependencyGraph();
        await assert.rejects(record(() => {
            new PlatformNamespace("monitoring", { platform: "shop", environment, graph });
            new Owner("blog", graph);
        }), /two namespaces are called monitoring/);
    });
});
