import assert from "node:assert/strict";
import { clusterRoleBindingArgs, read, roleBindingArgs } from "../../../components/security/access";

const meta = { name: "prometheus", namespace: "shop", labels: { app: "prometheus" } };
const account = (namespace: string): object[] => [{ kind: "ServiceAccount", name: "reader", namespace }];
const role = (kind: string, name: string): object => ({ apiGroup: "rbac.authorization.k8s.io", kind, name });

describe("permissions of workloads", () => {
    it("to read are get, list and watch, or fewer", () => {
        assert.deepEqual(read("apps", ["deployments"]), { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list", "watch"] });
        assert.deepEqual(read("", ["pods"], ["get"]).verbs, ["get"]);
    });

    it("come from the Role of the binding's name and namespace", () => assert.deepEqual(roleBindingArgs(meta, "reader"),
        { metadata: meta, roleRef: role("Role", "prometheus"), subjects: account("shop") }));

    it("may come from a ClusterRole, and go to another namespace's account", () => {
        assert.deepEqual(roleBindingArgs(meta, "reader", { clusterRole: "view" }),
            { metadata: meta, roleRef: role("ClusterRole", "view"), subjects: account("shop") });
        assert.deepEqual(roleBindingArgs(meta, "reader", { serviceAccountNamespace: "monitoring" }),
            { metadata: meta, roleRef: role("Role", "prometheus"), subjects: account("monitoring") });
        assert.deepEqual(roleBindingArgs(meta, "reader", { clusterRole: "view", serviceAccountNamespace: "monitoring" }).subjects, account("monitoring"));
    });

    it("in the whole cluster are bound without a namespace", () => assert.deepEqual(clusterRoleBindingArgs(meta, "reader"), {
        metadata: { name: "prometheus", labels: { app: "prometheus" } }, roleRef: role("ClusterRole", "prometheus"), subjects: account("shop"),
    }));
});
