import type { Field } from "../framework/field";
import { finding } from "../framework/finding";
import { joinQuoted, pluralize, sortedSet } from "../framework/wording";
import type { Check, Judge } from "./check";
import { securityContext, setters } from "./check";

const options = securityContext("seLinuxOptions");
const types = ["container_t", "container_init_t", "container_kvm_t"];

interface BadOptions { readonly type?: Field; readonly user?: Field; readonly role?: Field }

function badOptions(context: Field, allowedTypes: readonly string[]): BadOptions | undefined {
    const [type, user, role] = [options(context).at("type"), options(context).at("user"), options(context).at("role")];
    const bad: BadOptions = {
        ...(!["", ...allowedTypes].includes(String(type.value("") ?? "")) && { type }),
        ...((user.value("") ?? "") !== "" && { user }),
        ...((role.value("") ?? "") !== "" && { role }),
    };
    return Object.keys(bad).length > 0 ? bad : undefined;
}

function judgeFor(allowedTypes: readonly string[]): Judge {
    return pod => {
        const badPod = badOptions(pod.spec, allowedTypes);
        const badContainers = pod.containers.flatMap(container => {
            const bad = badOptions(container.field, allowedTypes);
            return bad ? [{ container, bad }] : [];
        });
        if (!badPod && badContainers.length === 0) {
            return undefined;
        }
        const all = [...(badPod ? [badPod] : []), ...badContainers.map(({ bad }) => bad)];
        const badTypes = sortedSet(all.flatMap(({ type }) => type ? [type.text()] : []));
        const details = [
            ...(badTypes.length > 0 ? [`${pluralize("type", "types", badTypes.length)} ${joinQuoted(badTypes)}`] : []),
            ...(all.some(({ user }) => user) ? ["user may not be set"] : []),
            ...(all.some(({ role }) => role) ? ["role may not be set"] : []),
        ];
        const findings = ({ type, user, role }: BadOptions, container?: string) => [
            ...(type ? [finding(type, `${allowedTypes.join(", ")} or unset`, container)] : []),
            ...[user, role].flatMap(field => field ? [finding(field, "unset", container)] : []),
        ];
        return {
            reason: "seLinuxOptions",
            detail: `${setters(badPod !== undefined, badContainers.map(({ container }) => container))} `
                + `set forbidden securityContext.seLinuxOptions: ${details.join("; ")}`,
            findings: [
                ...(badPod ? findings(badPod) : []),
                ...badContainers.flatMap(({ container, bad }) => findings(bad, container.name)),
            ],
        };
    };
}

/** Containers keep the SELinux label that confines them. */
export const seLinuxOptions: Check = {
    id: "seLinuxOptions",
    level: "baseline",
    rule: "The SELinux type must be one made for containers; user and role must not be set.",
    fields: ["type", "user", "role"].flatMap(key =>
        [`spec.securityContext.seLinuxOptions.${key}`, `spec.*[*].securityContext.seLinuxOptions.${key}`]),
    allowed: `type: ${types.join(", ")}, container_engine_t (since v1.31) or unset; user, role: unset`,
    fix: "Remove seLinuxOptions.user and .role, and use an allowed type or none.",
    severity: "high",
    versions: [
        { since: 0, judge: judgeFor(types) },
        { since: 31, judge: judgeFor([...types, "container_engine_t"]) },
    ],
};
