import { z } from "zod";
import type { ConfigurationSection } from "../kit/section";
import { hostname, namespaceName } from "../kit/settings";

/** Issuers that the program can create. */
export const issuerNames = ["self-signed", "letsencrypt-staging", "letsencrypt-prod"] as const;

/** Name of an issuer that the program can create. */
export type IssuerName = (typeof issuerNames)[number];

/** Settings under `platforms:certManager`. */
export const certManagerSettings = z.strictObject({
    /** Installs cert-manager with its chart; otherwise the cluster may have one already. */
    install: z.boolean().default(false),
    /** Issuers to create; needs cert-manager, installed by this program or by others. */
    issuers: z.array(z.enum(issuerNames)).default([]),
    /** Issuers that sign without a challenge; for any other the pods that answer one may be asked by the ingress controller. */
    withoutChallenge: z.array(hostname).default(["self-signed"]),
    /** Where Let's Encrypt writes when a certificate is about to expire. */
    email: z.email({ error: "allowed is an e-mail address" }).optional(),
    /** Version of the chart. */
    version: z.string().regex(/^v\d+\.\d+\.\d+$/, { error: "allowed is a version such as v1.21.2" }).default("v1.21.2"),
    namespace: namespaceName.default("cert-manager"),
});

/** Checked settings of cert-manager. */
export type CertManagerSettings = z.infer<typeof certManagerSettings>;

/** cert-manager in the configuration. */
export const certManagerSection: ConfigurationSection<CertManagerSettings> = { name: "certManager", settings: certManagerSettings };
