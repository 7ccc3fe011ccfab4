import { securityFramework } from "../framework/compliance";
import type { Field } from "../framework/field";
import { finding } from "../framework/finding";
import type { Rule, Violation } from "../framework/rule";
import type { Subject } from "../framework/subject";

/** Whether a certificate for `host` covers `name`; a wildcard stands for exactly one label. */
function covers(host: string, name: string): boolean {
    return host === name || (host.startsWith("*.") && name.includes(".") && name.slice(name.indexOf(".")) === host.slice(1));
}

function judgeIngress(subject: Subject): Violation[] {
    const tls = subject.at("spec", "tls");
    const certificates = tls.items();
    if (tls.isUnknown || certificates.some(entry => entry.at("hosts").isUnknown)) {
        tls.items().forEach(entry => entry.at("hosts").items());
        return [];
    }
    const { object } = subject;
    if (certificates.length === 0) {
        return [{ object, summary: "serves plain HTTP only", findings: [finding(tls, "a list of hosts and the Secrets with their certificates")] }];
    }
    // An entry without hosts is for whatever host the request names.
    const hosts = certificates.flatMap(entry => entry.at("hosts").isPresent ? entry.at("hosts").items().map(host => host.text()) : ["*"]);
    const isCovered = (host: Field): boolean => {
        const name = host.text();
        return name === "" || hosts.includes("*") || hosts.some(certificate => covers(certificate, name));
    };
    return subject.at("spec", "rules").items().map(rule => rule.at("host")).filter(host => !isCovered(host)).map(host => ({
        object, summary: `host ${host.text()} is served without TLS`, findings: [finding(host, `hosts of spec.tls: ${hosts.join(", ")}`)],
    }));
}

/** Whether a route only redirects: its answer comes from a middleware, and Traefik's noop service stands for the rest. */
function servesNothing(route: Field): boolean {
    const services = route.at("services").items();
    return services.length > 0 && services.every(service => service.at("name").value("noop@internal") === "noop@internal");
}

function judgeRoute(subject: Subject): Violation[] {
    const tls = subject.at("spec", "tls");
    const routes = subject.at("spec", "routes");
    if (tls.value({}) !== undefined || routes.isUnknown || (routes.items().length > 0 && routes.items().every(servesNothing))) {
        return [];
    }
    return [{
        object: subject.object, summary: "serves plain HTTP only", findings: [finding(tls, "an object, {} for the default certificate")],
    }];
}

/** Passwords and sessions do not cross the network in clear text. */
export const ingressTls: Rule = {
    id: "ingressTls",
    kinds: ["Ingress", "IngressRoute"],
    description: "Every host of an Ingress, and every Traefik IngressRoute, must be served with TLS.",
    enforcement: "mandatory",
    severity: "high",
    framework: securityFramework("ingress: TLS for all traffic from outside"),
    fix: "Add spec.tls with the host and the Secret of its certificate.",
    link: "https://kubernetes.io/docs/concepts/services-networking/ingress/#tls",
    fields: ["spec.tls", "spec.rules[*].host"],
    allowed: "hosts that spec.tls names, by themselves or by a wildcard; in an IngressRoute spec.tls, or only the service noop@internal beside a redirect",
    judgeObject: subject => subject.object.kind === "Ingress" ? judgeIngress(subject) : judgeRoute(subject),
};
