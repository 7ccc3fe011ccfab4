import type * as k8s from "@pulumi/kubernetes";
import type { NetworkPolicyArgs } from "../security/networkPolicies";
import type { ObjectMeta } from "../kit/scope";
import type { ClusterIssuer } from "../security/certificateIssuers";

/** A certificate that cert-manager keeps in a Secret. */
export interface CertificateSource {
    /** Name of the Certificate and of the Secret it fills. */
    readonly secretName: string;
    readonly issuer: ClusterIssuer;
}

/** Port and label of the pods that answer an HTTP-01 challenge: cert-manager fixes both in internal/controller and pkg/issuer/acme/http. */
const solverPort = 8089;
const solverLabels = { "acme.cert-manager.io/http01-solver": "true" };

/** A Certificate for some hosts, renewed when a third of its life is left; each renewal has a key of its own. */
export function certificateArgs(
    metadata: ObjectMeta, hosts: readonly string[], { secretName, issuer }: CertificateSource,
): k8s.apiextensions.CustomResourceArgs & { spec: unknown } {
    return {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata,
        spec: {
            secretName,
            dnsNames: [...hosts],
            privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
            issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuer.name },
        },
    };
}

/** Lets the ingress controller reach the pods that answer the certificate authority's challenges. */
export function solverPolicy(
    { name, namespace }: ObjectMeta, controller: readonly k8s.types.input.networking.v1.NetworkPolicyPeer[],
): NetworkPolicyArgs {
    return {
        metadata: { name, namespace },
        spec: {
            podSelector: { matchLabels: solverLabels },
            policyTypes: ["Ingress"],
            ingress: [{ from: [...controller], ports: [{ port: solverPort, protocol: "TCP" }] }],
        },
    };
}
