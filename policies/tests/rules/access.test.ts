import type { Json } from "../compliant";
import type { Declared } from "../run";
import { unknownString } from "../run";
import { describeRule } from "../ruleCase";

const rbac = (kind: string, fields: Json): Declared =>
    ({ type: `kubernetes:rbac.authorization.k8s.io/v1:${kind}`, name: "r", props: { metadata: { name: "r", namespace: "shop" }, ...fields } });
const role = (rule: Json, kind = "Role"): Declared => rbac(kind, { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }, rule] });
const granted = (what: string): string[] => [`${what}: rules[1] grants everything that * stands for, now and later`];

describeRule("rbacWildcard", [
    { that: "names", program: [role({ apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list"] })] },
    { that: "paths that end in *", program: [role({ nonResourceURLs: ["/metrics/*"], verbs: ["get"] }, "ClusterRole")] },
    ...["verbs", "resources", "apiGroups"].map(list => ({
        that: `* among ${list}`, program: [role({ [list]: ["a", "*"] })], refused: granted("Role shop/r"), at: [`rules[1].${list}[1]`],
    })),
    { that: "every path", program: [role({ nonResourceURLs: ["*"], verbs: ["get"] }, "ClusterRole")], refused: granted("ClusterRole r") },
    { that: "a binding of a role", program: [rbac("RoleBinding", { roleRef: { kind: "Role", name: "view" } })] },
    {
        that: "a binding of cluster-admin", program: [rbac("ClusterRoleBinding", { roleRef: { kind: "ClusterRole", name: "cluster-admin" } })],
        refused: ["ClusterRoleBinding r: binds cluster-admin, which may do everything"], at: ["roleRef.name"],
    },
    { that: "an unknown verb, which is not judged", program: [role({ verbs: [unknownString] })], notJudged: ["rules[1].verbs[0]"] },
]);
