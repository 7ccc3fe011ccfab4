import type { PolicyComplianceFramework } from "@pulumi/policy";

/** Kubernetes' documentation where it says how workloads are configured, for compliance reports. */
export function practiceFramework(specification: string): PolicyComplianceFramework {
    return {
        name: "Kubernetes configuration good practices",
        version: "v1.36",
        reference: "https://kubernetes.io/docs/concepts/configuration/overview/",
        specification,
    };
}

/** Kubernetes' security checklist, for compliance reports. */
export function securityFramework(specification: string): PolicyComplianceFramework {
    return {
        name: "Kubernetes security checklist",
        version: "v1.36",
        reference: "https://kubernetes.io/docs/concepts/security/security-checklist/",
        specification,
    };
}
