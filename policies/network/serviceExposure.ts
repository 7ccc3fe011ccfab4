import { securityFramework } from "../framework/compliance";
import { finding } from "../framework/finding";
import type { Rule } from "../framework/rule";

/** What is reached from outside is reached through one door, with TLS and routes that are looked after. */
export const serviceExposure: Rule = {
    id: "serviceExposure",
    kinds: ["Service"],
    description: "Services must not open the cluster to the outside by NodePort, LoadBalancer or externalIPs, unless that is allowed.",
    enforcement: "mandatory",
    severity: "high",
    framework: securityFramework("services are not exposed by NodePort or LoadBalancer"),
    fix: "Use type ClusterIP and an Ingress; or name the Service, its stacks and the reason in the policy's setting exempt.",
    link: "https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types",
    fields: ["spec.type", "spec.externalIPs"],
    allowed: "types of the setting allowedTypes; no externalIPs",
    settings: {
        allowedTypes: {
            type: "array", items: { type: "string", enum: ["ClusterIP", "ExternalName", "NodePort", "LoadBalancer"] },
            default: ["ClusterIP", "ExternalName"], description: "Types that any Service may have.",
        },
    },
    judgeObject: (subject, settings) => {
        const allowed = settings["allowedTypes"] as string[];
        const { object } = subject;
        const type = subject.at("spec", "type");
        const value = type.value("ClusterIP") ?? "ClusterIP";
        const addresses = subject.at("spec", "externalIPs");
        return [
            ...(allowed.includes(String(value)) || value === "ClusterIP" ? [] : [{
                object, summary: `is reachable from outside by ${String(value)}`, findings: [finding(type, allowed.join(", "))],
            }]),
            ...(addresses.items().length === 0 ? [] : [{
                object, summary: "takes traffic for externalIPs, which anybody who may create Services can claim",
                findings: [finding(addresses, "unset")],
            }]),
        ];
    },
};
