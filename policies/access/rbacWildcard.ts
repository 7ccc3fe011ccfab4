import { securityFramework } from "../framework/compliance";
import { finding } from "../framework/finding";
import type { Rule, Violation } from "../framework/rule";
import type { Subject } from "../framework/subject";

const lists = ["verbs", "resources", "apiGroups", "nonResourceURLs"] as const;

/** `*`; of paths also the one that all others lie below, of resources also one part of each. */
function isWild(list: string, value: unknown): boolean {
    return value === "*" || (list === "nonResourceURLs" && value === "/*") || (list === "resources" && typeof value === "string" && value.startsWith("*/"));
}

function judgeRole(subject: Subject): Violation[] {
    return subject.at("rules").items().flatMap(rule => {
        const wild = lists.flatMap(list => rule.at(list).items().filter(item => isWild(list, item.value(""))).map(item => finding(item, "names, one by one")));
        return wild.length === 0 ? [] : [{ object: subject.object, summary: `${rule.path} grants everything that * stands for, now and later`, findings: wild }];
    });
}

/** Groups whose members nobody can name, and what a binding to them means. */
const openGroups: Readonly<Record<string, string>> = {
    "system:masters": "binds the group system:masters, to which the API server refuses nothing, whatever the role",
    "system:unauthenticated": "grants its role to whoever does not sign in",
    "system:anonymous": "grants its role to whoever does not sign in",
};

function judgeBinding(subject: Subject): Violation[] {
    const role = subject.at("roleRef", "name");
    const admin = role.value("") !== "cluster-admin" ? [] : [{
        object: subject.object, summary: "binds cluster-admin, which may do everything", findings: [finding(role, "a role made for the purpose")],
    }];
    const open = subject.at("subjects").items().map(item => item.at("name")).flatMap(name => {
        const summary = openGroups[name.text()];
        return summary === undefined ? [] : [{
            object: subject.object, summary, findings: [finding(name, "a ServiceAccount, or users and groups of people")],
        }];
    });
    return [...admin, ...open];
}

/** An account can do what it needs, and nothing that is invented later. */
export const rbacWildcard: Rule = {
    id: "rbacWildcard",
    kinds: ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"],
    description: "Roles must name their verbs, resources, API groups and paths; neither cluster-admin nor system:masters nor who is not signed in may be bound.",
    enforcement: "mandatory",
    severity: "high",
    framework: securityFramework("RBAC: least privilege"),
    fix: "List the verbs, resources and API groups that are needed; * also covers those that do not exist yet.",
    link: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
    fields: [...lists.map(list => `rules[*].${list}`), "roleRef.name", "subjects[*].name"],
    allowed: "anything but *, the path /* and resources such as */scale; any role but cluster-admin; any subject but system:masters, system:unauthenticated and system:anonymous",
    judgeObject: subject => subject.object.kind.endsWith("Binding") ? judgeBinding(subject) : judgeRole(subject),
};
