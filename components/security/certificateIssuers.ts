import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CertManagerSettings, IssuerName } from "./certificateSettings";
import { issuerNames } from "./certificateSettings";
import { certManagerArgs, installCertManager } from "./certificates";

/** An issuer of certificates for any namespace. */
export interface ClusterIssuer {
    readonly name: string;
    /** Whether it proves the ownership of a host by an HTTP-01 challenge. */
    readonly acme: boolean;
    /** What must exist before a certificate is asked for. */
    readonly ready: readonly pulumi.Resource[];
}

/** Addresses of the certificate authority's two directories, null without one; the staging one has wide limits and no trusted root. */
const directories: Readonly<Record<IssuerName, string | null>> = {
    "self-signed": null,
    "letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
    "letsencrypt-prod": "https://acme-v02.api.letsencrypt.org/directory",
};

/**
 * Specification of one issuer: Let's Encrypt through Traefik, or certificates that sign themselves.
 * @see https://cert-manager.io/docs/configuration/acme/http01/
 */
export function issuerSpec(name: IssuerName, email: string | undefined): Readonly<Record<string, unknown>> {
    const server = directories[name];
    return server === null ? { selfSigned: {} } : {
        acme: {
            server,
            ...(email !== undefined && { email }),
            privateKeySecretRef: { name: `${name}-account` },
            solvers: [{ http01: { ingress: { ingressClassName: "traefik" } } }],
        },
    };
}

/** Where platforms look up issuers. */
export interface Issuers {
    /** An issuer by name; one that this program does not create is taken to be on the cluster. */
    issuer(name: string): ClusterIssuer;
}

/** Whether this program creates an issuer. */
function isCreated(name: string, { issuers }: CertManagerSettings): name is IssuerName {
    return (issuers ?? issuerNames).some(known => known === name);
}

/** The stack's issuers, with cert-manager itself where it is to be installed; registers nothing where nothing is asked for. */
export function certificateIssuers(settings: CertManagerSettings, opts: pulumi.ComponentResourceOptions): Issuers {
    let component: CertificateIssuers | undefined;
    const create = (): CertificateIssuers => component ??= new CertificateIssuers("certificates", settings, opts);
    if (settings.install || (settings.issuers ?? []).length > 0) {
        create();
    }
    const acme = (name: string): boolean => !settings.withoutChallenge.includes(name);
    return {
        issuer: name => ({ name, acme: acme(name), ready: isCreated(name, settings) ? [create().issuer(name)] : [] }),
    };
}

/** cert-manager where it is to be installed, and the program's issuers, which wait for its CRDs. */
export class CertificateIssuers extends pulumi.ComponentResource {
    private readonly created = new Map<string, pulumi.Resource>();
    private readonly installation: readonly pulumi.Resource[];

    constructor(name: string, private readonly settings: CertManagerSettings, opts?: pulumi.ComponentResourceOptions) {
        super("platforms:security:CertificateIssuers", name, {}, opts);
        this.installation = settings.install ? installCertManager("cert-manager", certManagerArgs(settings), { parent: this }) : [];
        settings.issuers?.forEach(issuer => this.issuer(issuer));
        this.registerOutputs();
    }

    /** An issuer, made when the first asks for it. */
    issuer(name: IssuerName): pulumi.Resource {
        const issuer = this.created.get(name) ?? new k8s.apiextensions.CustomResource(`issuer-${name}`, {
            apiVersion: "cert-manager.io/v1",
            kind: "ClusterIssuer",
            metadata: { name, labels: { "app.kubernetes.io/managed-by": "pulumi" } },
            spec: issuerSpec(name, this.settings.email),
        }, { parent: this, dependsOn: [...this.installation] });
        this.created.set(name, issuer);
        return issuer;
    }
}
