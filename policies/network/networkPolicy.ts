import { securityFramework } from "../framework/compliance";
import type { Subject } from "../framework/subject";
import { namespaceOf } from "../framework/kubernetesObject";
import { Pod } from "../framework/pod";
import { carriedPod } from "../framework/podCarrier";
import type { Rule } from "../framework/rule";
import { selects } from "./selector";

type Direction = "Ingress" | "Egress";

/**
 * Directions that a NetworkPolicy closes: without policyTypes always Ingress, and Egress when it has rules for it. An empty list
 * is none, as it is for the API server; a list that is unknown may have them.
 */
function directionsOf(policy: Subject): Direction[] {
    const types = policy.at("spec", "policyTypes");
    const egress = policy.at("spec", "egress");
    if (types.isUnknown || types.items().length > 0) {
        return types.items().map(type => type.text() as Direction);
    }
    return ["Ingress", ...(egress.items().length > 0 || egress.isUnknown ? ["Egress" as const] : [])];
}

/** No pod is open to every other pod of the cluster. */
export const networkPolicy: Rule = {
    id: "networkPolicy",
    description: "Every pod must be selected by NetworkPolicies that limit who may reach it and whom it may reach.",
    enforcement: "mandatory",
    severity: "high",
    framework: securityFramework("network policies select all workloads"),
    fix: "Add a NetworkPolicy with an empty podSelector that denies everything in the namespace, and one for each connection that is wanted.",
    link: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-and-all-egress-traffic",
    fields: ["spec.podSelector and spec.policyTypes of NetworkPolicies", "spec.template.metadata.labels"],
    allowed: "pods that at least one NetworkPolicy of their namespace selects, for each direction",
    settings: {
        directions: {
            type: "array", items: { type: "string", enum: ["Ingress", "Egress"] }, default: ["Ingress", "Egress"],
            description: "Directions that must be limited.",
        },
    },
    judgeProgram: (subjects, settings) => {
        const policies = subjects.filter(({ object }) => object.kind === "NetworkPolicy" && object.group === "networking.k8s.io");
        return subjects.flatMap(subject => {
            const { object } = subject;
            const carrier = object.kind === "PodTemplate" || object.patch ? undefined : carriedPod(object);
            const namespace = namespaceOf(object);
            if (!carrier || namespace === undefined) {
                return [];
            }
            const pod = new Pod(carrier);
            const labels = pod.metadata.at("labels");
            const near = policies.filter(policy => policy.object.provider === object.provider && namespaceOf(policy.object) === namespace);
            const open = (settings["directions"] as Direction[]).filter(direction =>
                near.filter(policy => directionsOf(policy).includes(direction))
                    .every(policy => selects(policy.at("spec", "podSelector"), labels) === false));
            pod.reads.unknown.forEach(path => subject.reads.note(path));
            return open.length === 0 ? [] : [{
                object,
                summary: `no NetworkPolicy limits its ${open.join(" and ").toLowerCase()}`,
                findings: [{
                    path: labels.path,
                    found: `labels that none of ${near.length} NetworkPolicies in namespace "${namespace}" select for ${open.join(", ")}`,
                    allowed: "labels that a NetworkPolicy selects",
                }],
            }];
        });
    },
};
