import assert from "node:assert/strict";
import { environmentDefaults } from "../../../components/config/environments";
import { DependencyGraph } from "../../../components/kit/graph";
import type { Scope } from "../../../components/kit/scope";
import { NamespaceAccess } from "../../../components/security/namespaceAccess";
import { PlatformNamespace } from "../../../components/security/platformNamespace";
import type { HumanRolesArgs } from "../../../components/security/roles";
import { developerRules, HumanRoles } from "../../../components/security/roles";
import type { Recording } from "../../harness/mocks";
import { record } from "../../harness/mocks";

/** Records what is placed in a namespace `shop`. */
function inShop(build: (scope: Scope) => void): Promise<Recording> {
    return record(() => build(new PlatformNamespace("shop", { platform: "shop", environment: environmentDefaults("dev"), graph: new DependencyGraph() }).scope));
}

const roles = (more: Partial<HumanRolesArgs>): Promise<Recording> => inShop(scope => {
    new HumanRoles("shop-people", { prefix: "shop", scopes: [scope], groups: {}, allowed: ["developer", "operator", "admin"], ...more });
});

const names = (recording: Recording, kind: string): string[] => recording.ofKind(kind).map(({ inputs }) => inputs.metadata.name);

const labels = (name: string): object => ({
    app: name, "app.kubernetes.io/part-of": "shop", "app.kubernetes.io/name": name, "app.kubernetes.io/instance": `shop-${name}`,
    "app.kubernetes.io/component": "access", "app.kubernetes.io/managed-by": "pulumi",
});

const group = (name: string): object => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name });

describe("roles of people", () => {
    it("a developer looks at everything but Secrets, and changes, runs and forwards nothing", () => {
        const rules = developerRules as { apiGroups: string[]; resources: string[]; verbs: string[] }[];
        assert.deepEqual(rules.flatMap(({ apiGroups, resources }) => resources.map(resource => `${apiGroups.join()}/${resource}`)).sort(), [
            "/configmaps", "/endpoints", "/events", "/pods", "/pods/log", "/services", "apps/daemonsets", "apps/deployments",
            "apps/replicasets", "apps/statefulsets", "autoscaling/horizontalpodautoscalers", "batch/cronjobs", "batch/jobs",
            "discovery.k8s.io/endpointslices", "events.k8s.io/events", "networking.k8s.io/ingresses", "networking.k8s.io/networkpolicies",
            "policy/poddisruptionbudgets", "traefik.io/ingressroutes", "traefik.io/middlewares",
        ]);
        for (const { verbs } of rules) assert.deepEqual(verbs, ["get", "list", "watch"]);
    });

    it("a role without a group is bound to nobody", async () => {
        const recording = await roles({});
        assert.deepEqual(names(recording, "Role"), ["shop-developer"]);
        assert.deepEqual(names(recording, "RoleBinding"), []);
    });

    it("developers get the Role, operators and administrators Kubernetes' own, each in the namespace only", async () => {
        const recording = await roles({ groups: { developer: "devs", operator: "ops", admin: "admins" } });
        const bound = Object.fromEntries(recording.ofKind("RoleBinding").map(({ inputs: { metadata, roleRef, subjects } }) =>
            [metadata.name, { namespace: metadata.namespace, roleRef, subjects }]));
        const of = (kind: string, name: string, who: string): object =>
            ({ namespace: "shop", roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name }, subjects: [group(who)] });
        assert.deepEqual(bound, {
            "shop-developer": of("Role", "shop-developer", "devs"), "shop-operator": of("ClusterRole", "admin", "ops"),
            "shop-admin": of("ClusterRole", "admin", "admins"),
        });
        const role = recording.object("Role", "shop-developer");
        assert.deepEqual(role.inputs.metadata, { name: "shop-developer", namespace: "shop", labels: labels("shop-developer") });
        assert.deepEqual(role.inputs.rules, developerRules);
        assert.ok(recording.before(recording.object("RoleBinding", "shop-developer")).has(role.urn));
        for (const object of [role, ...recording.ofKind("RoleBinding")]) {
            assert.ok(recording.before(object).has(recording.object("Namespace", "shop").urn), object.name);
            assert.match(object.parent, /HumanRoles::shop-people$/);
        }
        assert.equal(recording.ofKind("ClusterRoleBinding").length, 0, "nobody gets anything outside of the namespaces");
        assert.deepEqual(recording.ofType("platforms:security:HumanRoles")[0]?.outputs, { namespaces: ["shop"] });
    });

    it("a role that the environment does not allow is not there, whatever groups are named", async () => {
        const recording = await roles({ groups: { developer: "devs", operator: "ops", admin: "admins" }, allowed: ["admin"] });
        assert.deepEqual([names(recording, "Role"), names(recording, "RoleBinding")], [[], ["shop-admin"]]);
    });
});

describe("access to a namespace", () => {
    const access = (viewers: string[], operators: string[]): Promise<Recording> => inShop(scope => {
        new NamespaceAccess(scope, { viewers, operators });
    });

    it("is nobody's without groups", async () => assert.deepEqual(names(await access([], []), "RoleBinding"), []));

    it("is view for viewers and edit for operators, by the roles that every cluster has", async () => {
        const recording = await access(["support", "audit"], ["ops"]);
        const specs = recording.ofKind("RoleBinding").map(({ name, inputs: { metadata, roleRef, subjects } }) => ({ name, metadata, roleRef, subjects }))
            .sort((a, b) => a.name.localeCompare(b.name));
        const of = (name: string, role: string, groups: string[]): object => ({
            name: `shop-${name}`, metadata: { name, namespace: "shop", labels: labels(name) },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role }, subjects: groups.map(group),
        });
        assert.deepEqual(specs, [of("operators", "edit", ["ops"]), of("viewers", "view", ["support", "audit"])]);
        assert.match(recording.object("RoleBinding", "viewers").parent, /platforms:security:NamespaceAccess::shop-access$/);
    });
});
