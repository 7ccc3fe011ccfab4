import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { environmentDefaults } from "../../../components/config/environments";
import { DependencyGraph } from "../../../components/kit/graph";
import type { Scope } from "../../../components/kit/scope";
import { NamespaceGuards } from "../../../components/security/namespaceGuards";
import { PlatformNamespace } from "../../../components/security/platformNamespace";
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
                assert.match(labels[`pod-security.kubernetes.io/${mode}-version`], /^v1\.\d+$/);
            }
        }
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
        for (const guard of guards) {
            const { namespace, labels } = guard.inputs.metadata;
            assert.equal(labels["app.kubernetes.io/part-of"], namespace);
            assert.ok(recording.before(guard).has(recording.object("Namespace", namespace).urn));
        }
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

    it("is refused where a platform has that name for itself", async () => {
        const graph = new DependencyGraph();
        await assert.rejects(record(() => {
            new PlatformNamespace("monitoring", { platform: "shop", environment, graph });
            new Owner("blog", graph);
        }), /two namespaces are called monitoring/);
    });
});
