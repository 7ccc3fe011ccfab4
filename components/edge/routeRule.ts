/** Part of a host that a route serves; paths begin with a slash and end without one. */
export interface PathRule {
    /** The path itself and all below it; its look-alikes, such as `/apixyz` for `/api`, are not meant. @default all paths */
    readonly under?: string;
    /** Paths that stay hidden, each with all below it. @default none */
    readonly except?: readonly string[];
}

function requirePath(path: string): void {
    if (!/^(\/[A-Za-z0-9._-]+)+$/.test(path)) {
        throw new Error(`"${path}" is no path of a route; write it with a slash at its beginning and none at its end, such as /api/metrics`);
    }
}

/**
 * The path itself and all below it, as the paths of an Ingress; without one all paths. By the Ingress' definition `Prefix` takes
 * whole elements, but Traefik compares letters: its `/api` has `/apidocs` in it, and its `/api/` not `/api`.
 * @throws Error when the path could not be matched as it is written
 */
export function ingressPaths(path?: string): { readonly path: string; readonly pathType: "Exact" | "Prefix" }[] {
    if (path === undefined) {
        return [{ path: "/", pathType: "Prefix" }];
    }
    requirePath(path);
    return [{ path, pathType: "Exact" }, { path: `${path}/`, pathType: "Prefix" }];
}

/**
 * The path itself and all below it, as a Traefik matcher: a bare `PathPrefix` would match look-alikes too.
 * @throws Error when the path could not be matched as it is written
 */
function under(path: string): string {
    requirePath(path);
    return `Path(\`${path}\`) || PathPrefix(\`${path}/\`)`;
}

/** Any of some hosts, as a Traefik matcher. */
export function hostsRule(hosts: readonly string[]): string {
    return [...new Set(hosts)].map(host => `Host(\`${host}\`)`).join(" || ");
}

/**
 * A host, or part of it, as a Traefik matcher.
 * @throws Error when a path could not be matched as it is written
 * @see https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/
 */
export function routeRule(host: string, path?: PathRule): string {
    const { under: prefix, except = [] } = path ?? {};
    return [
        hostsRule([host]),
        ...(prefix === undefined ? [] : [`(${under(prefix)})`]),
        ...except.map(hidden => `!(${under(hidden)})`),
    ].join(" && ");
}

/**
 * Priorities that make Traefik take the first of several rules that match: by itself it takes the longest, which need not be
 * the narrowest, as `&& !(…)` makes a rule longer. None is below the rule's length, Traefik's own priority, so that whatever
 * else the cluster routes by default keeps its place.
 * @see https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/
 */
export function prioritiesInOrder(rules: readonly string[]): number[] {
    return rules.reduceRight<number[]>((later, { length }) => [Math.max(length, (later[0] ?? 0) + 1), ...later], []);
}
