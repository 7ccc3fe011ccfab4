import { certManagerTelemetry } from "../../../components/monitoring/rules/certManager";
import { traefikTelemetry } from "../../../components/monitoring/rules/traefik";
import { nginxTelemetry } from "../../../components/monitoring/exporters/nginxTelemetry";
import type { ScenarioTable, World } from "./table";
import { grows, named, stays } from "./table";

const traefik = named('job="traefik",instance="10.0.0.1:9100"');
const incoming = (failed: number, all: number): World => ({
    [traefik("traefik_entrypoint_requests_total", 'code="502"')]: grows(failed), [traefik("traefik_entrypoint_requests_total", 'code="200"')]: grows(all - failed),
});
const service = (failed: number, all: number): World => ({
    [traefik("traefik_service_requests_total", 'service="api",code="503"')]: grows(failed),
    [traefik("traefik_service_requests_total", 'service="api",code="200"')]: grows(all - failed),
});
const slow = (within: number): World => Object.fromEntries([["1", within], ["5", 100], ["+Inf", 100]]
    .map(([le, count]) => [traefik("traefik_service_request_duration_seconds_bucket", `service="api",le="${le}"`), grows(Number(count))]));
const day = 86_400;
const ends = (seconds: number): World => ({ [traefik("traefik_tls_certs_not_after", 'cn="example.com"')]: `${seconds}x200` });

/** Alerts of Traefik. */
export const traefikEdge: ScenarioTable = {
    telemetry: [traefikTelemetry({ job: "traefik" })],
    scenarios: {
        TraefikDown: { fires: { "it does not answer": { [traefik("up")]: stays(0) }, "it is gone": {} }, at: ["1m", "3m"], silent: { "it answers": { [traefik("up")]: stays(1) } } },
        TraefikErrorRate: { fires: { "one in ten": incoming(10, 100) }, at: ["4m", "8m"], silent: { "one in fifty": incoming(2, 100), "nobody calls": incoming(0, 0) } },
        TraefikServiceErrors: { fires: { "one in five": service(20, 100) }, at: ["9m", "15m"], silent: { "one in fifty": service(2, 100), "a few of few": service(0.5, 1) } },
        TraefikServiceSlow: { fires: { "one in five takes up to five seconds": slow(80) }, at: ["14m", "18m"], silent: { "all take one": slow(100) } },
        TraefikReloadsOften: {
            fires: { "one a minute": { [traefik("traefik_config_reloads_total")]: grows(1) } },
            at: ["20m", "45m"],
            silent: { "twice an hour": { [traefik("traefik_config_reloads_total")]: "0x9 1x19 2x30" } },
        },
        CertificateExpiring: { fires: { "in ten days": ends(10 * day) }, at: ["59m", "1h2m"], silent: { "in twenty days": ends(20 * day) } },
        TraefikCertificateExpired: { fires: { "ten minutes ago": ends(0) }, at: ["10m", "12m"], silent: { "in ten days": ends(10 * day) } },
    },
};

const certificate = named('job="cert-manager",namespace="shop",name="shop-tls"');
const notReady = (value: number): World => ({ [certificate("certmanager_certificate_ready_status", 'condition="False"')]: stays(value) });
const at = (name: string, seconds: number): World => ({ [certificate(`certmanager_certificate_${name}_timestamp_seconds`)]: `${seconds}x200` });

/** Alerts of cert-manager's certificates. */
export const certificates: ScenarioTable = {
    telemetry: [certManagerTelemetry({ job: "cert-manager", namespaces: ["shop"] })],
    scenarios: {
        CertificateNotReady: { fires: { "it is not": notReady(1) }, at: ["14m", "16m"], silent: { "it is": notReady(0) } },
        CertificateRenewalOverdue: { fires: { "for two days": at("renewal", -2 * day) }, at: ["59m", "1h2m"], silent: { "it is to come": at("renewal", day) } },
        CertificateExpiringSoon: { fires: { "in ten days": at("expiration", 10 * day) }, at: ["59m", "1h2m"], silent: { "in twenty days": at("expiration", 20 * day) } },
        CertificateExpired: { fires: { "ten minutes ago": at("expiration", 0) }, at: ["10m", "12m"], silent: { "in ten days": at("expiration", 10 * day) } },
    },
};

const nginx = named('job="frontend",namespace="shop",app="frontend",pod="frontend-1"');
const taken = (accepted: number, handled: number): World => ({
    [nginx("nginx_connections_accepted")]: grows(accepted), [nginx("nginx_connections_handled")]: grows(handled),
});
const open = (count: number): World => ({ [nginx("nginx_connections_active")]: stays(count) });

/** Alerts of an nginx. */
export const nginxServers: ScenarioTable = {
    telemetry: [nginxTelemetry({ namespace: "shop", app: "frontend", maximumConnections: 2048 })],
    scenarios: {
        NginxDown: {
            fires: { "the exporter finds none": { [nginx("nginx_up")]: stays(0) }, "no pod is there": {} },
            at: ["1m", "3m"],
            silent: { "one of two answers": { [nginx("nginx_up")]: stays(1), 'nginx_up{job="frontend",namespace="shop",app="frontend",pod="frontend-2"}': stays(0) } },
        },
        NginxConnectionsDropped: { fires: { "one in ten": taken(100, 90) }, at: ["4m", "8m"], silent: { "none": taken(100, 100) } },
        NginxConnectionsHigh: { fires: { "nine hundred, each with a second one": open(900) }, at: ["9m", "11m"], silent: { "half as many": open(450) } },
    },
};
