import type { Workload, WorkloadArgs } from "../../app/workload";
import { exporterProbes, exporterUser } from "../../kit/exporter";
import { images } from "../../kit/images";
import type { Container } from "../../kit/pod";
import { resources } from "../../kit/resources";
import { fillIn } from "../../kit/textFile";
import type { WorkloadJob } from "../prometheus/scrapeConfiguration";
import type { NginxTelemetryArgs } from "./nginxTelemetry";
import statusServer from "./nginxStatus.conf";
import { nginxTelemetry } from "./nginxTelemetry";

/** Where nginx counts, on the loopback address of its pod. */
export const nginxStatusPort = 8081;

const path = "/stub_status";

/**
 * A server block that only the exporter beside nginx can reach.
 * @param port of the loopback address
 * @see https://nginx.org/en/docs/http/ngx_http_stub_status_module.html
 */
export function nginxStatusServer(port: number): string {
    return fillIn(statusServer, { port, path });
}

/** What a workload that runs nginx needs to be watched: the exporter beside it, its port, alerts and panels. */
export function nginxMonitoring(telemetry: NginxTelemetryArgs): Required<Pick<WorkloadArgs, "sidecars" | "metricsPort" | "telemetry">> {
    return { sidecars: [exporterContainer()], metricsPort: "metrics", telemetry: [nginxTelemetry(telemetry)] };
}

/** The scrape job of such a workload: the common one would take nginx's own port `http` for metrics, too. */
export function nginxJobs({ node }: Workload): WorkloadJob[] {
    return node.metricsPort === undefined ? [] : [{ job: node.name, workload: node, port: "metrics", discovery: "pods" }];
}

function exporterContainer(): Container {
    return {
        name: "exporter",
        image: images.nginxExporter,
        args: [`--nginx.scrape-uri=http://127.0.0.1:${nginxStatusPort}${path}`],
        ports: { metrics: 9113 },
        resources: resources("10m/32Mi", "100m/64Mi", "32Mi"),
        probes: exporterProbes,
        runAs: exporterUser,
    };
}
