import { securityFramework } from "../framework/compliance";
import { finding } from "../framework/finding";
import type { Rule, Violation } from "../framework/rule";
import type { Subject } from "../framework/subject";

const lists = ["verbs", "resources", "apiGroups", "nonResourceURLs"] as const;

function judgeRole(subject: Subject): Violation[] {
    return subject.at("rules").items().flatMap(rule => {
        const wild = lists.flatMap(list => rule.at(list).items().filter(item => item.value("") === "*").map(item => finding(item, "names, one by one")));
        return wild.length === 0 ? [] : [{ object: subject.object, summary: `${rule.path} grants everything that * stands for, now and later`, findings: wild }];
    });
}

function judgeBinding(subject: Subject): Violation[] {
    const name = subject.at("roleRef", "name");
    return name.value("") !== "cluster-admin" ? [] : [{
        object: subject.object, summary: "binds cluster-admin, which may do everything", findings: [finding(name, "a role made for the purpose")],
    }];
}

/** An account can do what it needs, and nothing that is invented later. */
export const rbacWildcard: Rule = {
    id: "rbacWildcard",
    kinds: ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"],
    description: "Roles must name their verbs, resources and API groups, and cluster-admin must not be bound.",
    enforcement: "mandatory",
    severity: "high",
    framework: securityFramework("RBAC: least privilege"),
    fix: "List the verbs, resources and API groups that are needed; * also covers those that do not exist yet.",
    link: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
    fields: [...lists.map(list => `rules[*].${list}`), "roleRef.name"],
    allowed: "anything but *; any role but cluster-admin",
    judgeObject: subject => subject.object.kind.endsWith("Binding") ? judgeBinding(subject) : judgeRole(subject),
};
