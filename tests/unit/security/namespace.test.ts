import assert from "node:assert/strict";
import { environmentDefaults } from "../../../components/config/environments";
import { DependencyGraph } from "../../../components/kit/graph";
import type { Scope } from "../../../components/kit/scope";
import { NamespaceGuards } from "../../../components/security/namespaceGuards";
import { PlatformNamespace } from "../../../components/security/platformNamespace";
import { record } from "../../harness/mocks";
import { workload } from "../kit/graphs";

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
});
