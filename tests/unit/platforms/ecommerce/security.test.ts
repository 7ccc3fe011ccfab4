import assert from "node:assert/strict";
import type { Inputs } from "../../../harness/mocks";
import type { StackValues } from "../../../harness/program";
import { allContainers, podsOf } from "../../../harness/pods";
import { application, messaging, object, openText, shop, stacks } from "../../../harness/platforms/ecommerce";
import { access, enlarged, groups } from "../../../harness/platforms/ecommerceVariants";

/** Settings with groups of people and Argo CD, as far as possible those of other tests. */
const settingsOf = (stack: typeof stacks[number]): StackValues => (stack === "prod" ? enlarged : access);

describe("e-commerce security", () => {
    it("E-205: every pod has an account of its own without a token, and no account of a service has any right", async () => {
        for (const stack of stacks) {
            const { recording } = await shop(stack);
            const accounts = podsOf(recording).map(({ template: { spec }, namespace }) => `${namespace}/${spec.serviceAccountName}`);
            assert.equal(new Set(accounts).size, accounts.length);
            for (const { name, namespace, template: { spec } } of podsOf(recording)) {
                assert.equal(spec.automountServiceAccountToken, /prometheus|kube-state-metrics|fluent-bit/.test(name), `${namespace}/${name}`);
            }
            const bound = recording.ofKind("RoleBinding").flatMap(({ inputs }) => inputs.subjects).filter((subject: Inputs) => subject.kind === "ServiceAccount");
            assert.ok(bound.every((subject: Inputs) => /prometheus|kube-state-metrics/.test(subject.name)));
        }
    });

    it("E-206 E-240: developers look at what is not production, and see no Secret, run nothing and change nothing", async () => {
        const role = await object("dev", "Role", "e-commerce-developer");
        for (const { verbs, resources } of role.rules) {
            assert.deepEqual(verbs, ["get", "list", "watch"]);
            assert.ok(!resources.some((resource: string) => /secrets|exec|attach|portforward|\*/.test(resource)), resources.join());
        }
        const all = role.rules.flatMap((rule: Inputs) => rule.resources);
        for (const resource of ["deployments", "statefulsets", "pods", "pods/log", "services", "configmaps", "events", "horizontalpodautoscalers",
            "poddisruptionbudgets", "ingresses", "ingressroutes", "networkpolicies"]) {
            assert.ok(all.includes(resource), resource);
        }
        for (const stack of ["dev", "staging"] as const) {
            const { roleRef, subjects } = await object(stack, "RoleBinding", "e-commerce-developer", settingsOf(stack));
            assert.deepEqual([roleRef.kind, subjects[0].kind, subjects[0].name], ["Role", "Group", "shop-developers"]);
        }
        const { recording } = await shop("prod", enlarged);
        assert.ok(!recording.ofKind("RoleBinding").some(({ inputs }) => /developer|operator/.test(inputs.metadata.name)));
    });

    it("E-207 E-208 E-240: operators run dev and staging, administrators everything, by the built-in role in each namespace", async () => {
        for (const [stack, roles] of [["dev", ["operator", "admin"]], ["staging", ["operator", "admin"]], ["prod", ["admin"]]] as const) {
            for (const namespace of [application(stack), messaging, "monitoring"]) {
                for (const role of roles) {
                    const { roleRef, subjects } = await object(stack, "RoleBinding", `e-commerce-${role}`, settingsOf(stack), namespace);
                    assert.deepEqual([roleRef.kind, roleRef.name, subjects[0].name], ["ClusterRole", "admin", groups[role]]);
                }
            }
            const { recording } = await shop(stack, settingsOf(stack));
            const bound = recording.ofKind("ClusterRoleBinding").map(({ inputs }) => inputs.roleRef.name);
            assert.ok(!bound.includes("cluster-admin") && !bound.includes("admin"));
            const rules = ["Role", "ClusterRole"].flatMap(kind => recording.ofKind(kind)).flatMap(({ inputs }) => inputs.rules);
            assert.ok(!JSON.stringify(rules).includes('"*"'));
        }
    });

    it("E-210: without groups nobody is bound", async () => {
        for (const stack of stacks) {
            const { recording } = await shop(stack);
            assert.ok(!recording.ofKind("RoleBinding").some(({ inputs }) => /e-commerce-(developer|operator|admin)$/.test(inputs.metadata.name)));
        }
    });

    it("E-209 E-214: every container keeps to the restricted standard with a read-only root; services run as 10001", async () => {
        for (const stack of stacks) {
            const { recording } = await shop(stack);
            for (const [name, { securityContext }] of allContainers(recording)) {
                assert.equal(securityContext?.readOnlyRootFilesystem, true, name);
                assert.equal(securityContext?.allowPrivilegeEscalation, false, name);
                assert.equal(securityContext?.privileged, false, name);
                assert.deepEqual(securityContext?.capabilities, { drop: ["ALL"] }, name);
                assert.equal(securityContext?.seccompProfile?.type, "RuntimeDefault", name);
            }
            for (const { name, template: { spec } } of podsOf(recording)) {
                assert.equal(Boolean(spec.hostNetwork), name === "node-exporter", name);
                assert.ok(!spec.hostPID && !spec.hostIPC);
            }
        }
        const { securityContext } = (await object("prod", "Deployment", "orders-service")).spec.template.spec;
        assert.deepEqual([securityContext.runAsUser, securityContext.fsGroup], [10001, 10001]);
        const other = await object("prod", "Deployment", "orders-service", enlarged);
        assert.equal(other.spec.template.spec.securityContext.runAsUser, 20000);
    });

    it("E-211 E-212 E-213 E-237: baseline with warnings of restricted in dev, restricted elsewhere, each with its version", async () => {
        for (const stack of stacks) {
            const { recording } = await shop(stack);
            for (const namespace of [application(stack), messaging]) {
                const { labels } = recording.object("Namespace", namespace).inputs.metadata;
                const level = (mode: string): string => labels[`pod-security.kubernetes.io/${mode}`];
                assert.deepEqual([level("enforce"), level("audit"), level("warn")],
                    [stack === "dev" ? "baseline" : "restricted", "restricted", "restricted"]);
                assert.match(labels["pod-security.kubernetes.io/enforce-version"], /^v1\.\d+$/);
            }
        }
    });

    it("E-271: none of the document's traps is in any stack", async () => {
        for (const stack of stacks) {
            const text = await openText(stack);
            for (const trap of [
                /adminpass123/, /:latest"/, /v1beta1.*ExternalSecret/, /mysql_native_password/, /cluster_partition_handling/,
                /queue_master_locator/,
            ]) {
                assert.doesNotMatch(text, trap, stack);
            }
        }
    });
});
