import { z } from "zod";
import type { ConfigurationSection } from "../kit/section";
import { hostname, mailAddress, ownNamespace } from "../kit/settings";

/** Issuers that the program can create. */
export const issuerNames = ["self-signed", "letsencrypt-staging", "letsencrypt-prod"] as const;

/** Name of an issuer that the program can create. */
export type IssuerName = (typeof issuerNames)[number];

/** Settings under `platforms:certManager`. */
export const certManagerSettings = z.strictObject({
    /** Installs cert-manager with its chart; otherwise the cluster may have one already. */
    install: z.boolean().default(false),
    /**
     * Issuers to create, for cert-manager installed by this program or by others; null creates those of these names that a platform
     * asks for, an empty list none: they are on the cluster.
     */
    issuers: z.array(z.enum(issuerNames)).refine(names => new Set(names).size === names.length, { error: "allowed is each issuer once" })
        .nullable().default(null),
    /** Issuers that sign without a challenge; for any other the pods that answer one may be asked by the ingress controller. */
    withoutChallenge: z.array(hostname).default(["self-signed"]),
    /** Whom Let's Encrypt reaches about the account that orders certificates; alerts tell of certificates that expire. */
    email: mailAddress.optional(),
    /** Version of the chart. */
    version: z.string().regex(/^v\d+\.\d+\.\d+$/, { error: "allowed is a version such as v1.21.2" }).default("v1.21.2"),
    namespace: ownNamespace.default("cert-manager"),
});

/** Checked settings of cert-manager. */
export type CertManagerSettings = z.infer<typeof certManagerSettings>;

/** cert-manager in the configuration. */
export const certManagerSection: ConfigurationSection<CertManagerSettings> = {
    name: "certManager",
    settings: certManagerSettings,
    namespaces: ({ install, namespace }) => install ? [{ name: namespace, path: ["namespace"], owner: "one" }] : [],
};
