import { closedNetwork, deployment } from "../compliant";
import type { Json } from "../compliant";
import type { Declared } from "../run";
import { unknownObject, unknownString } from "../run";
import type { RuleCase } from "../ruleCase";
import { describeRule } from "../ruleCase";

const open = (directions: string): string[] => [`Deployment shop/web: no NetworkPolicy limits its ${directions}`];
const selecting = (podSelector: unknown): Declared => closedNetwork({ spec: { podSelector } });
const expression = (key: string, operator: string, values?: readonly unknown[]): Json =>
    ({ matchExpressions: [{ key, operator, ...(values && { values }) }] });

describeRule("networkPolicy", [
    { that: "a namespace that is closed", program: [deployment(), closedNetwork()] },
    ...[
        { matchLabels: { app: "web" } }, expression("app", "In", ["web", "x"]), expression("app", "NotIn", ["x"]), expression("app", "Exists"),
        expression("other", "DoesNotExist"),
    ].map(selector => ({ that: `a pod selected by ${JSON.stringify(selector)}`, program: [deployment(), selecting(selector)] })),
    ...[
        { matchLabels: { app: "api" } }, expression("app", "In", ["x"]), expression("app", "NotIn", ["web"]), expression("app", "DoesNotExist"),
        expression("other", "Exists"), { matchLabels: { app: "web" }, ...expression("other", "Exists") },
    ].map(selector => ({
        that: `a pod not selected by ${JSON.stringify(selector)}`, program: [deployment(), selecting(selector)], refused: open("ingress and egress"),
        at: ["spec.template.metadata.labels"],
    })),
    { that: "no policy at all", program: [deployment()], refused: open("ingress and egress") },
    {
        that: "policies of another namespace or cluster",
        program: [deployment(), closedNetwork({ metadata: { namespace: "other" } }), { ...closedNetwork(), name: "elsewhere", provider: { urn: "other" } }],
        refused: open("ingress and egress"),
    },
    { that: "one direction only", program: [deployment(), closedNetwork({ spec: { policyTypes: ["Ingress"] } })], refused: open("egress") },
    { that: "one direction, when config asks for it only", program: [deployment(), closedNetwork({ spec: { policyTypes: ["Ingress"] } })], settings: { directions: ["Ingress"] } },
    { that: "two policies, one for each direction", program: [
        deployment(), closedNetwork({ spec: { policyTypes: undefined } }), { ...closedNetwork({ spec: { policyTypes: ["Egress"] } }), name: "egress" },
    ] },
    ...[undefined, []].flatMap((policyTypes): RuleCase[] => [
        {
            that: `egress rules, policyTypes ${JSON.stringify(policyTypes)}`,
            program: [deployment(), closedNetwork({ spec: { policyTypes, egress: [{ ports: [{ port: 53 }] }] } })],
        },
        {
            that: `an empty list of egress rules, policyTypes ${JSON.stringify(policyTypes)}`,
            program: [deployment(), closedNetwork({ spec: { policyTypes, egress: [] } })], refused: open("egress"),
        },
    ]),
    {
        that: "unknown egress rules, which are not judged", notJudged: ["spec.egress"],
        program: [deployment(), closedNetwork({ spec: { policyTypes: undefined, egress: unknownString } })],
    },
    { that: "a policy whose selector is unknown", program: [deployment(), selecting(unknownObject)], notJudged: ["spec.podSelector"] },
    { that: "a Job that no policy selects", program: [{ ...deployment(), type: "kubernetes:batch/v1:Job" }],
        refused: ["Job shop/web: no NetworkPolicy limits its ingress and egress"] },
    { that: "a PodTemplate, which runs nothing by itself", program: [
        { type: "kubernetes:core/v1:PodTemplate", props: { metadata: { name: "t", namespace: "shop" }, template: { spec: { containers: [] } } } },
    ] },
]);

const service = (spec: Json, name = "web"): Declared =>
    ({ type: "kubernetes:core/v1:Service", name, props: { metadata: { name, namespace: "shop" }, spec } });
const reason = "The page must be reachable from outside in this stack.";
describeRule("serviceExposure", [
    ...[{}, { type: "ClusterIP" }, { type: "ClusterIP", clusterIP: "None" }, { type: "ExternalName", externalName: "x" }].map(spec =>
        ({ that: JSON.stringify(spec), program: [service(spec)] })),
    ...["NodePort", "LoadBalancer"].map(type => ({
        that: type, program: [service({ type })], refused: [`Service shop/web: is reachable from outside by ${type}`], at: ["spec.type"],
    })),
    {
        that: "externalIPs", program: [service({ externalIPs: ["10.0.0.1"] })],
        refused: ["Service shop/web: takes traffic for externalIPs, which anybody who may create Services can claim"], at: ["spec.externalIPs"],
    },
    { that: "an exempt Service", program: [service({ type: "LoadBalancer" })], settings: { exempt: [{ namespaces: ["shop"], name: "web", reason }] } },
    {
        that: "a Service beside the exempt one", program: [service({ type: "LoadBalancer" }), service({ type: "LoadBalancer" }, "api")],
        settings: { exempt: [{ namespaces: ["shop"], name: "web", reason }] }, refused: ["Service shop/api: is reachable from outside by LoadBalancer"],
    },
    { that: "a type that config allows", program: [service({ type: "NodePort" })], settings: { allowedTypes: ["ClusterIP", "NodePort"] } },
    { that: "an unknown type, which is not judged", program: [service({ type: unknownString })], notJudged: ["spec.type"] },
]);

const ingress = (spec: Json): Declared =>
    ({ type: "kubernetes:networking.k8s.io/v1:Ingress", name: "web", props: { metadata: { name: "web", namespace: "shop" }, spec } });
const route = (spec: Json): Declared =>
    ({ type: "kubernetes:traefik.io/v1alpha1:IngressRoute", name: "web", props: { metadata: { name: "web", namespace: "shop" }, spec } });
const rules = (...hosts: readonly (string | undefined)[]): Json => ({ rules: hosts.map(host => ({ host })) });
describeRule("ingressTls", [
    { that: "a host with its certificate", program: [ingress({ ...rules("a.example"), tls: [{ hosts: ["a.example"], secretName: "a" }] })] },
    { that: "a wildcard certificate", program: [ingress({ ...rules("a.example.com"), tls: [{ hosts: ["*.example.com"] }] })] },
    { that: "a certificate for any host", program: [ingress({ ...rules("a.example", undefined), tls: [{ secretName: "a" }] })] },
    { that: "no TLS", program: [ingress(rules("a.example"))], refused: ["Ingress shop/web: serves plain HTTP only"], at: ["spec.tls"] },
    {
        that: "a host without certificate, and one too deep for the wildcard",
        program: [ingress({ ...rules("a.example.com", "b.example", "x.a.example.com"), tls: [{ hosts: ["*.example.com"] }] })],
        refused: ["b.example", "x.a.example.com"].map(host => `Ingress shop/web: host ${host} is served without TLS`),
        at: ["spec.rules[1].host", "spec.rules[2].host"],
    },
    { that: "unknown certificates, which are not judged", program: [ingress({ ...rules("a.example"), tls: unknownObject })], notJudged: ["spec.tls"] },
    { that: "an IngressRoute with TLS", program: [route({ tls: {} })] },
    {
        that: "an IngressRoute that only redirects",
        program: [route({ routes: [{ middlewares: [{ name: "redirect" }], services: [{ kind: "TraefikService", name: "noop@internal" }] }] })],
    },
    {
        that: "an IngressRoute that redirects one path and serves another", at: ["spec.tls"],
        program: [route({ routes: [{ services: [{ name: "noop@internal" }] }, { services: [{ name: "web", port: 80 }] }] })],
        refused: ["IngressRoute shop/web: serves plain HTTP only"],
    },
    { that: "an IngressRoute without TLS", program: [route({ routes: [] })], refused: ["IngressRoute shop/web: serves plain HTTP only"], at: ["spec.tls"] },
]);
