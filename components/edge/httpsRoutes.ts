import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../app/workload";
import { ingressController } from "../kit/externals";
import { recommendedLabels } from "../kit/labels";
import type { ObjectMeta, Scope } from "../kit/scope";
import { ScopedComponent } from "../kit/scope";
import type { MiddlewareSpec } from "./middlewares";
import { redirectToHttps } from "./middlewares";

/** One public host that leads to one workload. */
export interface Route {
    readonly host: string;
    /** Workload with a Service. */
    readonly to: Workload;
}

/** Arguments of {@link HttpsRoutes}. */
export interface HttpsRoutesArgs {
    readonly routes: readonly Route[];
    /** Middlewares of every route, in the order they apply, by object name. */
    readonly middlewares: Readonly<Record<string, MiddlewareSpec>>;
}

const apiVersion = "traefik.io/v1alpha1";

/**
 * Hosts served by Traefik over HTTPS; plain HTTP is redirected, except for the certificate authority's challenges.
 * The way from the ingress controller to each workload is added to the dependency graph.
 */
export class HttpsRoutes extends ScopedComponent {
    constructor(name: string, scope: Scope, private readonly args: HttpsRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("edge:HttpsRoutes", name, scope, opts);
        const middlewares = Object.entries({ ...args.middlewares, "redirect-https": redirectToHttps })
            .map(([middleware, spec]) => this.create("Middleware", middleware, spec));
        this.createHttpsRoute(middlewares);
        this.createRedirect(middlewares);
        this.openWays();
        this.registerOutputs({});
    }

    private createHttpsRoute(after: pulumi.Resource[]): void {
        const { certificateResolver } = this.scope.environment;
        const middlewares = Object.keys(this.args.middlewares).map(middleware => ({ name: middleware }));
        this.create("IngressRoute", `${this.objectName}-https`, {
            entryPoints: ["websecure"],
            routes: this.args.routes.map(({ host, to }) => ({
                kind: "Rule",
                match: `Host(\`${host}\`)`,
                middlewares,
                services: [{ name: to.objectName, port: to.servicePort }],
            })),
            tls: certificateResolver === null ? {} : { certResolver: certificateResolver },
        }, [...after, ...this.args.routes.flatMap(({ to }) => to.ready)]);
    }

    private createRedirect(after: pulumi.Resource[]): void {
        const hosts = this.args.routes.map(({ host }) => `Host(\`${host}\`)`).join(" || ");
        this.create("IngressRoute", `${this.objectName}-http`, {
            entryPoints: ["web"],
            routes: [{
                kind: "Rule",
                match: `(${hosts}) && !PathPrefix(\`/.well-known/acme-challenge/\`)`,
                middlewares: [{ name: "redirect-https" }],
                services: [{ kind: "TraefikService", name: "noop@internal" }],
            }],
        }, after);
    }

    private openWays(): void {
        const { namespace, podLabels } = this.scope.environment.ingressController;
        const controller = ingressController(namespace, podLabels);
        this.args.routes.forEach(({ to }) => this.scope.graph.addEdge(controller, to.node, ...to.ports));
    }

    private create(kind: string, name: string, spec: unknown, after: pulumi.Resource[] = []): k8s.apiextensions.CustomResource {
        const labels = recommendedLabels({ platform: this.scope.platform, name, component: "edge" });
        const metadata: ObjectMeta = { name, namespace: this.scope.namespace, labels };
        return new k8s.apiextensions.CustomResource(this.childName(name), { apiVersion, kind, metadata, spec }, this.childOptions(after));
    }
}
