import { fillIn } from "../../kit/textFile";
import login from "./proxyLogin.cfg";
import proxy from "./proxy.cfg";
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
    return fillIn(proxy, {
        port,
        metricsPort,
        nameServer: nameServer === undefined ? "parse-resolv-conf" : `nameserver dns ${nameServer}`,
        login: authentication ? login : "",
        servers: servers.map(server => `    server ${server.name} ${server.host}:${server.port}`).join("\n"),
    });
}
