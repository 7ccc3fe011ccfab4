import type { KubernetesObject } from "../../harness/cluster";
import { Edge } from "../../harness/live/edge";
import type { Live, LivePod, Tell } from "../../harness/live/live";
import type { RecordedProgram } from "../../harness/program";
import { eventually } from "../../harness/realCluster";
import type { Outcome, Point } from "../outcome";
import { outcomeOf } from "../outcome";
import { certificateValues, edgeForm, issuer } from "./forms";
import { effectOf } from "./middlewares";
import { renewed } from "./renewal";
import type { RoutingRule } from "../../harness/live/routingRules";
import { rulesOf, serving, tellingPaths, valuesOf } from "../../harness/live/routingRules";

const hostsOf = (rules: readonly RoutingRule[]): string[] => [...new Set(rules.flatMap(({ match }) => valuesOf(match, "Host")))];

/** The service whose pod has an address, by `NAMESPACE/NAME`s. */
function servicesAt(pods: readonly LivePod[], services: readonly KubernetesObject[], at: string): string[] {
    const pod = pods.find(({ address }) => address === at.split(":")[0]);
    return pod === undefined ? [] : services.filter(({ metadata, spec }) => metadata.namespace === pod.namespace && spec.selector
        && Object.entries(spec.selector).every(([key, value]) => pod.labels[key] === value))
        .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

/** Asks for every path that tells the rules from each other, over HTTPS and without, and compares who answered. */
async function routing(live: Live, edge: Edge, rules: readonly RoutingRule[]): Promise<{ faults: string[]; count: number }> {
    const services = await live.cluster.list("services");
    const asked = ["websecure", "web"].flatMap(entryPoint => hostsOf(rules).flatMap(host => [...tellingPaths(rules, host), "/.well-known/acme-challenge/token"]
        .map(path => ({ entryPoint, host, path }))));
    const marks = asked.map((_, index) => `r${index}-${Date.now().toString(36)}`);
    const answers = await edge.ask(asked.map(({ entryPoint, host, path }, index) =>
        ({ host, path: `${path}?proof=${marks[index]}`, ...(entryPoint === "web" && { plain: true }) })));
    // What leads to HTTPS has no service behind it, and is not logged.
    const answered = marks.filter((_, index) => ![undefined, 301, 308].includes(answers[index]?.status));
    const logged = await edge.logged(answered);
    const pods = await live.pods();
    const faults = asked.flatMap(({ entryPoint, host, path }, index) => {
        const what = `${entryPoint === "web" ? "http" : "https"}://${host}${path}`;
        const { status, error, headers } = answers[index] ?? {};
        const rule = serving(rules, entryPoint, host, path);
        const entry = logged.get(marks[index] ?? "");
        const at = entry?.ServiceAddr ? servicesAt(pods, services, entry.ServiceAddr) : [];
        if (status === undefined) {
            return [`${what}: ${error}`];
        }
        if (rule === undefined) {
            return entry?.RouterName === undefined && status === 404 ? [] : [`${what} is answered with ${status} by ${entry?.RouterName}, and no route is for it`];
        }
        if (rule.service === undefined) {
            return status === 301 || status === 308 ? [] : [`${what} is answered with ${status} ${headers?.["location"] ?? ""} where ${rule.of} leads to HTTPS`];
        }
        // Names and passwords are asked for before a service is.
        return at.includes(rule.service) || (status === 401 && rule.middlewares.length > 0) ? []
            : [`${what} is answered with ${status} by ${at.join(", ") || entry?.RouterName || "nobody"}, and should be by ${rule.service}`];
    });
    return { faults, count: asked.length };
}

/** Each middleware on a route that has it, and each that no route has. */
async function middlewares(
    edge: Edge, rules: readonly RoutingRule[], program: RecordedProgram, tell: Tell,
): Promise<{ faults: string[]; shown: number; notShown: string[] }> {
    const faults: string[] = [], notShown: string[] = [];
    let shown = 0;
    for (const { inputs: { metadata, spec } } of program.recording.ofKind("Middleware")) {
        const name = `${metadata.namespace}/${metadata.name}`;
        const rule = rules.find(candidate => candidate.middlewares.includes(name));
        if (rule === undefined) {
            notShown.push(`${name} is on no route`);
            continue;
        }
        tell(`middleware ${name}`);
        const [host = ""] = valuesOf(rule.match, "Host");
        const path = tellingPaths(rules, host).find(candidate => rule.service === undefined || serving(rules, "websecure", host, candidate) === rule) ?? "/";
        const effect = await effectOf(edge, spec, { host, path });
        faults.push(...effect.faults.map(fault => `${name} ${fault}`));
        if (effect.notShown === undefined) {
            shown += 1;
        } else {
            notShown.push(`${name} ${effect.notShown}`);
        }
    }
    return { faults, shown, notShown };
}

async function prove(live: Live, tell: Tell): Promise<Outcome> {
    const program = await live.declaredWith(edgeForm(live.platform), certificateValues);
    const rules = rulesOf(program);
    if (rules.length === 0) {
        return { state: "absent", summary: "has no route" };
    }
    const hosts = hostsOf(rules);
    const edge = await Edge.install(live.cluster, issuer, hosts, tell);
    tell("the platform with its edge");
    await live.update(edgeForm(live.platform), certificateValues);
    const ready = await eventually(async () => (await live.cluster.list("certificates")).map(({ metadata, status }) => ({
        name: `${metadata.namespace}/${metadata.name}`,
        isReady: (status?.conditions ?? []).some(({ type, status: value }: KubernetesObject) => type === "Ready" && value === "True"),
    })), found => found.every(({ isReady }) => isReady));
    const faults = ready.filter(({ isReady }) => !isReady).map(({ name }) => `the certificate ${name} is not issued`);
    // Traefik takes a moment to read what has changed; a host that never answers rightly is told by what follows.
    tell("routes");
    const answersAll = async (): Promise<boolean> => (await edge.ask(hosts.map(host => ({ host, path: "/" })))).every(({ error }) => error === undefined);
    await eventually(answersAll, Boolean);
    let routed = await routing(live, edge, rules);
    for (let attempt = 0; attempt < 4 && routed.faults.length > 0; attempt += 1) {
        await new Promise(resolve => setTimeout(resolve, 3000));
        routed = await routing(live, edge, rules);
    }
    const limited = await middlewares(edge, rules, program, tell);
    tell("renewal of certificates");
    const renewals = await renewed(live, edge, hosts, rules);
    const summary = `${hosts.length} hosts, ${routed.count} requests routed as declared, ${limited.shown} middlewares at work, ${renewals.summary}${
        limited.notShown.length === 0 ? "" : `; not shown: ${limited.notShown.join("; ")}`}`;
    tell("the platform without its edge");
    await live.update({});
    return outcomeOf([...faults, ...routed.faults, ...limited.faults, ...renewals.faults], summary);
}

/** The real Traefik and cert-manager before the platform. */
export const edge: Point = {
    number: 7, name: "edge",
    promise: "every route, middleware, redirection and refusal holds over HTTPS with a certificate that verifies, and a certificate is renewed while requests run",
    prove,
};
