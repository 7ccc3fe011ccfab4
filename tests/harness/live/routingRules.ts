import type { KubernetesObject } from "../cluster";
import type { RecordedProgram } from "../program";

/** A rule of Traefik, as the program's IngressRoutes and Ingresses have it. */
export interface RoutingRule {
    /** Name of the object that has it, for people. */
    readonly of: string;
    readonly namespace: string;
    readonly entryPoints: readonly string[];
    readonly match: string;
    readonly priority: number;
    /** Middlewares in the order they apply, by `NAMESPACE/NAME`. */
    readonly middlewares: readonly string[];
    /** Service that answers; none where a middleware does. */
    readonly service?: string;
}

type Matcher = (host: string, path: string) => boolean;

/**
 * What a rule matches.
 * @throws Error where it has something other than hosts and paths
 * @see https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/
 */
export function matcherOf(rule: string): Matcher {
    const tokens = rule.match(/\|\||&&|!|\(|\)|(?:Host|PathPrefix|Path)\(`[^`]*`\)/g) ?? [];
    if (tokens.join("") !== rule.replaceAll(" ", "")) {
        throw new Error(`the rule ${rule} has more than hosts and paths`);
    }
    const unit = (): Matcher => {
        const token = tokens.shift() ?? "";
        if (token === "!") {
            const inner = unit();
            return (host, path) => !inner(host, path);
        }
        if (token === "(") {
            const inner = any();
            tokens.shift();
            return inner;
        }
        const [, kind, value = ""] = /^(\w+)\(`(.*)`\)$/.exec(token) ?? [];
        return (host, path) => kind === "Host" ? host === value : kind === "Path" ? path === value : path.startsWith(value);
    };
    const all = (): Matcher => {
        const units = [unit()];
        while (tokens[0] === "&&") {
            tokens.shift();
            units.push(unit());
        }
        return (host, path) => units.every(matches => matches(host, path));
    };
    const any = (): Matcher => {
        const alternatives = [all()];
        while (tokens[0] === "||") {
            tokens.shift();
            alternatives.push(all());
        }
        return (host, path) => alternatives.some(matches => matches(host, path));
    };
    return any();
}

/** Names in a rule's matchers of one kind. */
export function valuesOf(match: string, kind: "Host" | "Path"): string[] {
    const pattern = kind === "Host" ? /Host\(`([^`]*)`\)/g : /Path(?:Prefix)?\(`([^`]*)`\)/g;
    return [...new Set([...match.matchAll(pattern)].map(([, value = ""]) => value))];
}

const annotation = "traefik.ingress.kubernetes.io/router";

function ofIngress({ metadata, spec }: KubernetesObject): RoutingRule[] {
    const named = String(metadata.annotations?.[`${annotation}.middlewares`] ?? "").split(",").filter(name => name !== "");
    const prefix = `${metadata.namespace}-`;
    const paths = (spec.rules as KubernetesObject[]).flatMap(({ host, http }) =>
        (http.paths as KubernetesObject[]).map((path): KubernetesObject => ({ host, ...path })));
    return paths.map(({ host, path, pathType, backend }): RoutingRule => {
        const match = `Host(\`${host}\`) && ${pathType === "Exact" ? "Path" : "PathPrefix"}(\`${path}\`)`;
        return {
            of: `Ingress ${metadata.namespace}/${metadata.name}`, namespace: metadata.namespace, match, priority: match.length,
            entryPoints: String(metadata.annotations?.[`${annotation}.entrypoints`] ?? "web,websecure").split(","),
            middlewares: named.map(name => `${metadata.namespace}/${name.replace("@kubernetescrd", "").slice(prefix.length)}`),
            service: `${metadata.namespace}/${backend.service.name}`,
        };
    });
}

function ofIngressRoute({ metadata, spec }: KubernetesObject): RoutingRule[] {
    return (spec.routes as KubernetesObject[]).map(({ match, priority, middlewares = [], services }): RoutingRule => {
        const [service] = services;
        return {
            of: `IngressRoute ${metadata.namespace}/${metadata.name}`, namespace: metadata.namespace, match, priority: priority ?? match.length,
            entryPoints: spec.entryPoints, middlewares: middlewares.map(({ name }: KubernetesObject) => `${metadata.namespace}/${name}`),
            ...(service.kind !== "TraefikService" && { service: `${metadata.namespace}/${service.name}` }),
        };
    });
}

/** All rules of a program. */
export function rulesOf({ recording }: RecordedProgram): RoutingRule[] {
    return [
        ...recording.ofKind("Ingress").flatMap(({ inputs }) => ofIngress(inputs)),
        ...recording.ofKind("IngressRoute").flatMap(({ inputs }) => ofIngressRoute(inputs)),
    ];
}

/** The rule that serves a request, by its path as Traefik reads it: decoded, without double slashes and dots. */
export function serving(rules: readonly RoutingRule[], entryPoint: string, host: string, rawPath: string): RoutingRule | undefined {
    const isBelow = rawPath.endsWith("/");
    const parts = decodeURIComponent(rawPath).split("/").reduce<string[]>((kept, part) =>
        part === "" || part === "." ? kept : part === ".." ? kept.slice(0, -1) : [...kept, part], []);
    const path = `/${parts.join("/")}${isBelow && parts.length > 0 ? "/" : ""}`;
    return rules.filter(rule => rule.entryPoints.includes(entryPoint) && matcherOf(rule.match)(host, path))
        .sort((a, b) => b.priority - a.priority)[0];
}

/** Paths of a host that tell its rules from each other: each path of a rule, what is below it, its look-alikes and its disguises. */
export function tellingPaths(rules: readonly RoutingRule[], host: string): string[] {
    const named = rules.filter(({ match }) => valuesOf(match, "Host").includes(host))
        .flatMap(({ match }) => valuesOf(match, "Path")).map(path => path.replace(/\/$/, "")).filter(path => path !== "");
    const around = [...new Set(named)].flatMap(path => {
        const last = path.lastIndexOf("/") + 1;
        const [parent, name] = [path.slice(0, last), path.slice(last)];
        const disguised = `${parent}%${name.charCodeAt(0).toString(16)}${name.slice(1)}`;
        return [path, `${path}/`, `${path}/below`, `${path}xyz`, `${path}-other/below`, disguised, `${parent}/${name}`, `${parent}x/../${name}`, `${parent}./${name}`];
    });
    return [...new Set(["/", "/any/thing", ...around])];
}
