import type { PolicyComplianceFramework } from "@pulumi/policy";
import type { CheckLevel } from "./check";

const reference = "https://kubernetes.io/docs/concepts/security/pod-security-standards/";

/** Section of the standard that defines a level. */
export function standardLink(level: CheckLevel): string {
    return `${reference}#${level}`;
}

/** The standard, for compliance reports. */
export function podSecurityFramework(specification: string): PolicyComplianceFramework {
    return { name: "Kubernetes Pod Security Standards", version: "v1.36", reference, specification };
}
