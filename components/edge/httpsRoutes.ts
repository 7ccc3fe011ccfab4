import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Served } from "../app/service";
import { ingressController } from "../kit/externals";
import { recommendedLabels } from "../kit/labels";
import type { ObjectMeta, Scope } from "../kit/scope";
import { ScopedComponent } from "../app/scopedComponent";
import type { CertificateSource } from "./certificate";
import { certificateArgs, solverPolicy } from "./certificate";
import type { MiddlewareSpec } from "./middlewares";
import { redirectToHttps } from "./middlewares";
import type { PathRule } from "./routeRule";
import { hostsRule, prioritiesInOrder, routeRule } from "./routeRule";

/** A public host, or part of it, that leads to one workload. */
export interface Route {
    readonly host: string;
    /** @default the whole host, as far as no other route has a part of it */
    readonly path?: PathRule;
    /** What answers. */
    readonly to: Served;
    /** Name of the port at its Service. @default the Service's first */
    readonly port?: string;
    /** Middlewares in the order they apply, by name. @default all that are declared, in that order */
    readonly middlewares?: readonly string[];
}

/** Arguments of {@link HttpsRoutes}. */
export interface HttpsRoutesArgs {
    /** Where several match a request, the first of them serves it. */
    readonly routes: readonly Route[];
    /** Middlewares by object name; in the order they apply to routes that name none. */
    readonly middlewares: Readonly<Record<string, MiddlewareSpec>>;
    /** Where the certificate comes from. @default Traefik's resolver, as the environment names it */
    readonly certificate?: CertificateSource;
    /** Names of the two IngressRoutes. @default `<name>-https` and `<name>-http` */
    readonly names?: { readonly https: string; readonly http: string };
    /** Beginning of the names of the redirection and of the solver's policy, where platforms share the namespace. @default none */
    readonly prefix?: string;
}

const apiVersion = "traefik.io/v1alpha1";
const redirectName = "redirect-https";

/**
 * Hosts served by Traefik over HTTPS; plain HTTP is redirected, except for the certificate authority's challenges.
 * Everything public comes last: workloads and their autoscalers, then middlewares, then routes.
 * The way from the ingress controller to each workload is added to the dependency graph.
 */
export class HttpsRoutes extends ScopedComponent {
    private readonly hosts: readonly string[];

    /** @throws Error when a route names a port, a path or a middleware that cannot be */
    constructor(name: string, scope: Scope, private readonly args: HttpsRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("edge:HttpsRoutes", name, scope, opts);
        this.hosts = [...new Set(args.routes.map(({ host }) => host))];
        const names = args.names ?? { https: `${name}-https`, http: `${name}-http` };
        const served = args.routes.flatMap(({ to }) => to.ready);
        const middlewares = Object.entries({ ...args.middlewares, [this.own(redirectName)]: redirectToHttps })
            .map(([middleware, spec]) => this.create("Middleware", middleware, spec, served));
        const certificate = this.createCertificate();
        this.createHttpsRoute(names.https, [...served, ...middlewares, ...certificate]);
        this.createRedirect(names.http, middlewares);
        this.openWays();
        this.registerOutputs({ hosts: this.hosts });
    }

    private own(name: string): string {
        return this.args.prefix === undefined ? name : `${this.args.prefix}-${name}`;
    }

    private createHttpsRoute(name: string, after: pulumi.Resource[]): void {
        const rules = this.args.routes.map(({ host, path }) => routeRule(host, path));
        const priorities = prioritiesInOrder(rules);
        this.create("IngressRoute", name, {
            entryPoints: ["websecure"],
            routes: this.args.routes.map((route, index) => ({
                kind: "Rule",
                match: rules[index],
                priority: priorities[index],
                middlewares: this.middlewaresOf(route).map(middleware => ({ name: middleware })),
                services: [{ name: route.to.objectName, port: route.to.endpoint(route.port).servicePort }],
            })),
            tls: this.tls(),
        }, after);
    }

    private createRedirect(name: string, after: pulumi.Resource[]): void {
        this.create("IngressRoute", name, {
            entryPoints: ["web"],
            routes: [{
                kind: "Rule",
                match: `(${hostsRule(this.hosts)}) && !PathPrefix(\`/.well-known/acme-challenge/\`)`,
                middlewares: [{ name: this.own(redirectName) }],
                services: [{ kind: "TraefikService", name: "noop@internal" }],
            }],
        }, after);
    }

    private middlewaresOf({ host, middlewares }: Route): readonly string[] {
        const declared = Object.keys(this.args.middlewares);
        const unknown = middlewares?.find(middleware => !declared.includes(middleware));
        if (unknown !== undefined) {
            throw new Error(`the route of ${host} names the middleware "${unknown}"; declared are ${declared.join(", ") || "none"}`);
        }
        return middlewares ?? declared;
    }

    private tls(): Record<string, string> {
        const { certificate } = this.args;
        const { certificateResolver } = this.scope.environment;
        if (certificate) {
            return { secretName: certificate.secretName };
        }
        return certificateResolver === null ? {} : { certResolver: certificateResolver };
    }

    /** The certificate in a Secret, which any number of Traefik pods can serve, and the way to its solver. */
    private createCertificate(): pulumi.Resource[] {
        const { certificate } = this.args;
        if (!certificate) {
            return [];
        }
        const { namespace, podLabels } = this.scope.environment.ingressController;
        const policy = solverPolicy({ name: this.own("acme-http01-solver"), namespace: this.scope.namespace, labels: {} },
            ingressController(namespace, podLabels).peers);
        return [
            new k8s.apiextensions.CustomResource(this.childName(certificate.secretName),
                certificateArgs(this.metadata(certificate.secretName), this.hosts, certificate),
                this.childOptions(certificate.issuer.ready)),
            ...(certificate.issuer.acme
                ? [new k8s.networking.v1.NetworkPolicy(this.childName(policy.metadata.name), policy, this.childOptions())]
                : []),
        ];
    }

    private openWays(): void {
        const { namespace, podLabels } = this.scope.environment.ingressController;
        const controller = ingressController(namespace, podLabels);
        this.args.routes.forEach(({ to, port }) => this.scope.graph.addEdge(controller, to.node, to.endpoint(port).port));
    }

    private create(
        kind: string, name: string, spec: unknown, after: readonly pulumi.Resource[] = [],
    ): k8s.apiextensions.CustomResource {
        return new k8s.apiextensions.CustomResource(this.childName(name),
            { apiVersion, kind, metadata: this.metadata(name), spec }, this.childOptions(after));
    }

    private metadata(name: string): ObjectMeta {
        const labels = recommendedLabels({ platform: this.scope.platform, name, component: "edge" });
        return { name, namespace: this.scope.namespace, labels };
    }
}
