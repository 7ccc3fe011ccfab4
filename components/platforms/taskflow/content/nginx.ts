import { fillIn } from "../../../kit/textFile";
import { nginxStatusServer } from "../../../monitoring/exporters/nginxExporter";
import configuration from "./nginx.conf";
import refused from "./refused.conf";

const [workers, connectionsPerWorker] = [2, 1024];

/** Connections that one nginx can have. */
export const nginxConnections = workers * connectionsPerWorker;

/** What differs between stacks in the front end's nginx.conf. */
export interface NginxOptions {
    /** Port nginx listens on; above 1023, as it runs without capabilities. */
    listenPort: number;
    /** Service that answers below `/api/`; nginx resolves its name once, at start. */
    upstream: { host: string; port: number };
    /** Let the public reach the CPU burner `/api/stress`. Meant for dev. */
    exposeStress: boolean;
    /** Port of the loopback address where an exporter reads its numbers. @default nobody does */
    statusPort?: number;
}

/**
 * nginx.conf of the front end, for a non-root process on a read-only root with writable /var/cache/nginx and /var/run.
 *
 * @throws when a port or the host name is not allowed.
 */
export function nginxConfiguration({ listenPort, upstream, exposeStress, statusPort }: NginxOptions): string {
    requirePort("listenPort", listenPort, 1024);
    requirePort("upstream.port", upstream.port, 1);
    if (statusPort !== undefined) {
        requirePort("statusPort", statusPort, 1024);
    }
    if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(upstream.host)) {
        throw new Error(`upstream.host is "${upstream.host}"; allowed is a DNS name or an IPv4 address, such as "backend-api".`);
    }
    return fillIn(configuration, {
        workers,
        connections: connectionsPerWorker,
        upstream: `${upstream.host}:${upstream.port}`,
        port: listenPort,
        refused: exposeStress ? "" : fillIn(refused, { path: "/api/stress" }),
        statusServer: statusPort === undefined ? "" : `\n${nginxStatusServer(statusPort)}`,
    });
}

function requirePort(name: string, port: number, lowest: number): void {
    if (!Number.isInteger(port) || port < lowest || port > 65_535) {
        throw new Error(`${name} is ${port}; allowed are whole numbers from ${lowest} to 65535.`);
    }
}
