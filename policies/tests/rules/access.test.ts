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
    ...["*", "/*"].map(path => ({
        that: `the path ${path}`, program: [role({ nonResourceURLs: [path], verbs: ["get"] }, "ClusterRole")], refused: granted("ClusterRole r"),
    })),
    { that: "one part of every resource", program: [role({ resources: ["*/scale"], verbs: ["get"] })], refused: granted("Role shop/r"), at: ["rules[1].resources[0]"] },
    { that: "a part of one resource", program: [role({ resources: ["deployments/scale"], verbs: ["get"] })] },
    { that: "a binding of a role", program: [rbac("RoleBinding", { roleRef: { kind: "Role", name: "view" } })] },
    {
        that: "a binding of cluster-admin", program: [rbac("ClusterRoleBinding", { roleRef: { kind: "ClusterRole", name: "cluster-admin" } })],
        refused: ["ClusterRoleBinding r: binds cluster-admin, which may do everything"], at: ["roleRef.name"],
    },
    ...[
        ["Group", "system:masters", "binds the group system:masters, to which the API server refuses nothing, whatever the role"],
        ["Group", "system:unauthenticated", "grants its role to whoever does not sign in"],
        ["User", "system:anonymous", "grants its role to whoever does not sign in"],
    ].map(([kind, name, what]) => ({
        that: `a binding to ${name}`, at: ["subjects[1].name"],
        program: [rbac("RoleBinding", { roleRef: { kind: "Role", name: "view" }, subjects: [{ kind: "ServiceAccount", name: "web" }, { kind, name }] })],
        refused: [`RoleBinding shop/r: ${what}`],
    })),
    { that: "a binding to the accounts of a namespace", program: [rbac("RoleBinding", { roleRef: { name: "view" }, subjects: [{ kind: "Group", name: "system:serviceaccounts:shop" }] })] },
    { that: "an unknown verb, which is not judged", program: [role({ verbs: [unknownString] })], notJudged: ["rules[1].verbs[0]"] },
]);
