import type { StackValues } from "../../harness/program";

/** ClusterIssuer of the proofs, which signs with an authority that the clients know. */
export const issuer = "proof-authority";

/** What the stack is told of it. */
export const certificateValues: StackValues = { certManager: { issuers: [], withoutChallenge: [issuer] } };

const forms: Readonly<Record<string, StackValues>> = {
    taskflow: { expose: "ingress" },
    storm: { gateway: { exposure: "ingress" }, edge: { clusterIssuer: issuer }, minio: { publicHost: "media.storm.localhost" } },
    gauzian: { edge: { tls: "certManager", issuer, adminAllowList: ["203.0.113.0/25"], loginRateLimit: {} } },
    aquaerp: { issuer },
    ecommerce: { edge: { issuer } },
};

/** Settings that give a platform in its dev form the edge of its prod form, with every middleware that settings bring. */
export function edgeForm(platform: string): StackValues {
    return forms[platform] ?? {};
}
