import type { PolicyComplianceFramework } from "@pulumi/policy";

/** NSA and CISA's hardening guide, for compliance reports. */
export function hardeningFramework(specification: string): PolicyComplianceFramework {
    return {
        name: "NSA/CISA Kubernetes Hardening Guide",
        version: "1.2",
        reference: "https://media.defense.gov/2022/Aug/29/2003066362/-1/-1/0/CTR_KUBERNETES_HARDENING_GUIDANCE_1.2_20220829.PDF",
        specification,
    };
}

/** The documentation of Kubernetes where it says how workloads are configured. */
export function practiceFramework(specification: string): PolicyComplianceFramework {
    return {
        name: "Kubernetes configuration good practices",
        version: "v1.36",
        reference: "https://kubernetes.io/docs/concepts/configuration/overview/",
        specification,
    };
}

/** Resources of containers. */
export function podResourcesFramework(names: string): PolicyComplianceFramework {
    return practiceFramework(`resource requests and limits: ${names}`);
}
