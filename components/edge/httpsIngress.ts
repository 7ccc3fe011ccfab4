import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Served } from "../app/service";
import { ingressController } from "../kit/externals";
import { recommendedLabels } from "../kit/labels";
import type { ObjectMeta, Scope } from "../kit/scope";
import { ScopedComponent } from "../app/scopedComponent";
import type { ClusterIssuer } from "../security/certificateIssuers";
import { solverPolicy } from "./certificate";
import type { MiddlewareSpec } from "./middlewares";
import { redirectToHttps } from "./middlewares";
import { hostsRule, ingressPaths } from "./routeRule";

/** A public host, or a path of it and all below, that leads to one workload; look-alikes of the path are not meant. */
export interface IngressRule {
    readonly host: string;
    /** @default all paths */
    readonly path?: string;
    /** What answers. */
    readonly to: Served;
    /** Name of the port at its Service. @default the Service's first */
    readonly port?: string;
}

/** Arguments of {@link HttpsIngress}. */
export interface HttpsIngressArgs {
    readonly ingressClassName: string;
    readonly rules: readonly IngressRule[];
    /** Traefik's middlewares of every rule, in the order they apply, by object name. */
    readonly middlewares: Readonly<Record<string, MiddlewareSpec>>;
    /** Issuer of the certificate; left out, Traefik's resolver or its default certificate serves. */
    readonly issuer?: ClusterIssuer;
    /** Secret that cert-manager keeps the certificate in. @default `<name>-tls` */
    readonly secretName?: string;
    /**
     * Seconds that a connection to the pods may be silent, for long polls and chats; the Service of each workload
     * then carries {@link transportAnnotation}. @default Traefik's own 90
     */
    readonly idleTimeoutSeconds?: number;
}

/** Annotation with which a Service uses the timeouts of the HttpsIngress `name`. */
export function transportAnnotation(namespace: string, name: string): Record<string, string> {
    return { "traefik.ingress.kubernetes.io/service.serverstransport": `${namespace}-${transportName(name)}@kubernetescrd` };
}

const transportName = (name: string): string => `${name}-transport`;

const traefik = "traefik.ingress.kubernetes.io/router";

/**
 * Hosts served over HTTPS by an Ingress of Traefik, whose middlewares it names; plain HTTP is redirected, except for the
 * certificate authority's challenges. WebSockets pass as they are. The way from the ingress controller to each workload
 * is added to the dependency graph.
 *
 * Objects: Ingress `<name>`, IngressRoute `<name>-http`, the middlewares, ServersTransport `<name>-transport`, and Secret
 * `<name>-tls` that cert-manager makes.
 */
export class HttpsIngress extends ScopedComponent {
    /** @throws Error when a rule names a port that its Service has not */
    constructor(name: string, scope: Scope, private readonly args: HttpsIngressArgs, opts?: pulumi.ComponentResourceOptions) {
        super("edge:HttpsIngress", name, scope, opts);
        const redirect = `${name}-redirect-https`;
        const middlewares = Object.entries({ ...args.middlewares, [redirect]: redirectToHttps })
            .map(([middleware, spec]) => this.createCustom("Middleware", middleware, spec));
        if (args.idleTimeoutSeconds !== undefined) {
            const timeout = `${args.idleTimeoutSeconds}s`;
            this.createCustom("ServersTransport", transportName(name),
                { forwardingTimeouts: { responseHeaderTimeout: timeout, idleConnTimeout: timeout } });
        }
        const after = [...middlewares, ...args.rules.flatMap(({ to }) => to.ready), ...(args.issuer?.ready ?? [])];
        this.createIngress(after);
        this.createRedirect(redirect, middlewares);
        this.openWays();
        this.registerOutputs({ hosts: [...new Set(args.rules.map(({ host }) => host))] });
    }

    private get hosts(): string[] {
        return [...new Set(this.args.rules.map(({ host }) => host))];
    }

    private annotations(): Record<string, string> {
        const { issuer, middlewares } = this.args;
        const { certificateResolver } = this.scope.environment;
        return {
            [`${traefik}.entrypoints`]: "websecure",
            [`${traefik}.middlewares`]: Object.keys(middlewares).map(middleware => this.reference(middleware)).join(","),
            [`${traefik}.tls`]: "true",
            ...(issuer && { "cert-manager.io/cluster-issuer": issuer.name }),
            ...(!issuer && certificateResolver !== null && { [`${traefik}.tls.certresolver`]: certificateResolver }),
        };
    }

    private reference(middleware: string): string {
        return `${this.scope.namespace}-${middleware}@kubernetescrd`;
    }

    private createIngress(after: pulumi.Resource[]): void {
        const { ingressClassName, issuer, secretName = `${this.objectName}-tls` } = this.args;
        const rules = this.hosts.map(host => ({
            host,
            http: {
                paths: this.args.rules.filter(rule => rule.host === host).flatMap(({ path, to, port }) => {
                    const backend = { service: { name: to.objectName, port: { number: to.endpoint(port).servicePort } } };
                    return ingressPaths(path).map(matched => ({ ...matched, backend }));
                }),
            },
        }));
        new k8s.networking.v1.Ingress(this.childName(this.objectName), {
            // Its address comes from the ingress controller, which may arrive later than the platform.
            metadata: { ...this.meta(this.objectName), annotations: { ...this.annotations(), "pulumi.com/skipAwait": "true" } },
            spec: { ingressClassName, rules, tls: [{ hosts: this.hosts, ...(issuer && { secretName }) }] },
        }, this.childOptions(after));
    }

    /** An IngressRoute, for an Ingress would claim the paths of the certificate authority's challenges too. */
    private createRedirect(middleware: string, after: pulumi.Resource[]): void {
        this.createCustom("IngressRoute", `${this.objectName}-http`, {
            entryPoints: ["web"],
            routes: [{
                kind: "Rule",
                match: `(${hostsRule(this.hosts)}) && !PathPrefix(\`/.well-known/acme-challenge/\`)`,
                middlewares: [{ name: middleware }],
                services: [{ kind: "TraefikService", name: "noop@internal" }],
            }],
        }, after);
    }

    private createCustom(
        kind: "IngressRoute" | "Middleware" | "ServersTransport", name: string, spec: MiddlewareSpec, after: pulumi.Resource[] = [],
    ): pulumi.Resource {
        return new k8s.apiextensions.CustomResource(this.childName(name),
            { apiVersion: "traefik.io/v1alpha1", kind, metadata: this.meta(name), spec }, this.childOptions(after));
    }

    private openWays(): void {
        const { namespace, podLabels } = this.scope.environment.ingressController;
        const controller = ingressController(namespace, podLabels);
        this.args.rules.forEach(({ to, port }) => this.scope.graph.addEdge(controller, to.node, to.endpoint(port).port));
        if (this.args.issuer?.acme) {
            const metadata = this.meta("acme-http01-solver");
            new k8s.networking.v1.NetworkPolicy(this.childName(metadata.name),
                { metadata, spec: solverPolicy(metadata, controller.peers).spec }, this.childOptions());
        }
    }

    private meta(name: string): ObjectMeta {
        const labels = recommendedLabels({ platform: this.scope.platform, name, component: "edge" });
        return { name, namespace: this.scope.namespace, labels };
    }
}
