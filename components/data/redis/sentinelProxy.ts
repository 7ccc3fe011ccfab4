import type { Address } from "./sentinelScripts";

/** A server behind the proxy. */
export interface ProxiedServer extends Address {
    /** Name in logs and metrics. */
    readonly name: string;
}

/** What the proxy's configuration depends on. */
export interface ProxyOptions {
    readonly servers: readonly ProxiedServer[];
    /** Port for clients. */
    readonly port: number;
    /** Port for probes and metrics. */
    readonly metricsPort: number;
    /** Logs in with the password in the environment variable REDIS_PASSWORD before it asks for the role. */
    readonly authentication: boolean;
    /** Name server as `address:port`. @default those of /etc/resolv.conf */
    readonly nameServer?: string;
}

/**
 * Configuration of HAProxy that leads every client to the server that calls itself primary, and cuts the connections
 * to one that no longer does. Servers are named fully, as HAProxy does not use the pod's search domains.
 *
 * @see https://www.haproxy.com/documentation/haproxy-configuration-tutorials/proxying-essentials/protocols/redis/
 */
export function proxyConfiguration({ servers, port, metricsPort, authentication, nameServer }: ProxyOptions): string {
    const login = `
    tcp-check send "AUTH \${REDIS_PASSWORD}\\r\\n"
    tcp-check expect string +OK`;
    return `\
global
    maxconn 1000
    nbthread 2
    log stdout format raw local0 notice

resolvers names
    ${nameServer === undefined ? "parse-resolv-conf" : `nameserver dns ${nameServer}`}
    accepted_payload_size 4096
    resolve_retries 3
    timeout resolve 1s
    timeout retry 1s
    hold valid 1s
    hold obsolete 5s

defaults
    log global
    timeout connect 2s
    timeout check 2s
    # Pools keep idle connections for long; keep-alives find the dead ones.
    timeout client 24h
    timeout server 24h
    option clitcpka
    option srvtcpka

frontend redis
    mode tcp
    bind :${port}
    default_backend primary

backend primary
    mode tcp
    # While two claim to be primary, all clients go to the same one.
    balance first
    option tcp-check
    tcp-check connect${authentication ? login : ""}
    tcp-check send "PING\\r\\n"
    tcp-check expect string +PONG
    tcp-check send "info replication\\r\\n"
    tcp-check expect string role:master
    tcp-check send "QUIT\\r\\n"
    tcp-check expect string +OK
    default-server check inter 1s fall 2 rise 1 on-marked-down shutdown-sessions resolvers names resolve-prefer ipv4 init-addr last,libc,none
${servers.map(({ name, host, port: serverPort }) => `    server ${name} ${host}:${serverPort}`).join("\n")}

frontend status
    mode http
    timeout client 10s
    bind :${metricsPort}
    http-request use-service prometheus-exporter if { path /metrics }
    http-request return status 503 if { path /primary } { nbsrv(primary) eq 0 }
    http-request return status 200 if { path /primary } or { path /live }
    http-request return status 404
`;
}
