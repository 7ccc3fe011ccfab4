import { nginxStatusServer } from "../../../monitoring/exporters/nginxExporter";

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
    const hidden = ["/api/metrics", ...(exposeStress ? [] : ["/api/stress"])];
    return `\
worker_processes ${workers};
pid /var/run/nginx.pid;
error_log stderr warn;

events {
    worker_connections ${connectionsPerWorker};
}

http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log /dev/stdout;
    server_tokens off;

${temporaryPaths()}

    sendfile on;
    tcp_nopush on;
    keepalive_timeout 65;

    gzip on;
    gzip_vary on;
    gzip_min_length 1000;
    gzip_types text/plain text/css application/json application/javascript text/xml;

    upstream backend {
        server ${upstream.host}:${upstream.port};
        keepalive 16;
    }

    server {
        listen ${listenPort};
        server_name _;
        root /usr/share/nginx/html;
        index index.html;

        location / {
            try_files $uri $uri/ /index.html;
            add_header X-Content-Type-Options "nosniff" always;
            add_header X-Frame-Options "SAMEORIGIN" always;
            add_header X-XSS-Protection "1; mode=block" always;
        }

        location /api/ {
            # The trailing slash removes the prefix: /api/tasks reaches the API as /tasks.
            proxy_pass http://backend/;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_connect_timeout 30s;
            proxy_send_timeout 30s;
            proxy_read_timeout 30s;
        }

${hidden.map(refused).join("\n")}

        location = /health {
            access_log off;
            default_type text/plain;
            return 200 "healthy\\n";
        }
    }
${statusPort === undefined ? "" : `\n${nginxStatusServer(statusPort)}`}}
`;
}

/** nginx creates all five at start, whether or not they are used. */
function temporaryPaths(): string {
    return ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(name => `    ${name}_temp_path /var/cache/nginx/${name};`)
        .join("\n");
}

function refused(path: string): string {
    return `\
        location = ${path} {
            return 404;
        }`;
}

function requirePort(name: string, port: number, lowest: number): void {
    if (!Number.isInteger(port) || port < lowest || port > 65_535) {
        throw new Error(`${name} is ${port}; allowed are whole numbers from ${lowest} to 65535.`);
    }
}
