import type { WorkloadArgs, Workload } from "../../app/workload";
import type { WorkloadService } from "../../app/service";
import type { EnvironmentDefaults } from "../../kit/environment";
import { nginxMonitoring, nginxStatusPort } from "../../monitoring/exporters/nginxExporter";
import { connect, hostFor } from "../../kit/connection";
import { httpProbe, tcpProbe } from "../../kit/probes";
import { resources } from "../../kit/resources";
import type { ConfigFiles } from "../../kit/volumes";
import { configVolume, scratch } from "../../kit/volumes";
import { indexHtml, nginxConfiguration, nginxConnections } from "./content";
import type { TaskFlowSettings } from "./settings";

const port = 8080;

/** The two ConfigMaps of the front end: its page, and nginx's configuration with the way to the API. */
export function frontendFiles(settings: TaskFlowSettings, namespace: string, api: Workload): { page: ConfigFiles; nginx: ConfigFiles } {
    const upstream = { host: hostFor(api.node, namespace), port: api.servicePort };
    return {
        page: { name: "frontend-html", files: { "index.html": indexHtml } },
        nginx: {
            name: "frontend-nginx-config",
            files: {
                "nginx.conf": nginxConfiguration({
                    listenPort: port, upstream, exposeStress: settings.backend.exposeStress,
                    ...(settings.frontend.exporter && { statusPort: nginxStatusPort }),
                }),
            },
        },
    };
}

/** The Service of a front end that people reach: a load balancer, or behind the platform's routes. */
export function publicService(settings: TaskFlowSettings, environment: EnvironmentDefaults, number: number): WorkloadService {
    const exposed = (settings.expose ?? environment.exposure) === "loadBalancer";
    return {
        port: "http",
        number,
        ...(exposed && { type: "LoadBalancer", sourceRanges: settings.loadBalancerSourceRanges }),
    };
}

/** What the front end is made from. */
export interface FrontendParts {
    readonly namespace: string;
    readonly api: Workload;
    readonly files: { readonly page: ConfigFiles; readonly nginx: ConfigFiles };
}

/** The front end's name. */
export const frontendName = "frontend";

/** The page and the proxy in front of the API, in one nginx. */
export function frontendArgs(
    settings: TaskFlowSettings, environment: EnvironmentDefaults, { namespace, api, files }: FrontendParts,
): WorkloadArgs {
    return {
        component: "presentation",
        labels: { tier: "presentation" },
        // nginx knows the API from its own configuration and reads no variables.
        connectsTo: [connect(api, {})],
        container: {
            name: "nginx",
            image: settings.frontend.image,
            ports: { http: port },
            resources: resources("50m/32Mi", "100m/64Mi", "128Mi"),
            probes: {
                startup: httpProbe("/health", "http", { periodSeconds: 2, failureThreshold: 15 }),
                readiness: httpProbe("/health", "http", { periodSeconds: 5 }),
                liveness: tcpProbe("http", { periodSeconds: 20 }),
            },
            mounts: [
                { volume: configVolume("html", files.page), path: "/usr/share/nginx/html", readOnly: true },
                { volume: configVolume("nginx-config", files.nginx), path: "/etc/nginx/nginx.conf", subPath: "nginx.conf", readOnly: true },
                { volume: scratch("cache", "32Mi"), path: "/var/cache/nginx" },
                { volume: scratch("run", "4Mi"), path: "/var/run" },
                { volume: scratch("tmp", "16Mi"), path: "/tmp" },
            ],
            preStopSleepSeconds: 5,
        },
        ...(settings.frontend.exporter && nginxMonitoring({ namespace, app: frontendName, maximumConnections: nginxConnections })),
        replicas: settings.frontend.replicas ?? environment.applicationReplicas,
        service: publicService(settings, environment, 80),
        runAs: { user: 101 },
    };
}
