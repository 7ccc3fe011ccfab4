import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { runSync } from "../../harness/daemons/daemon";

/** Names of metrics that a program gives, or a test for them. */
export type Provided = (metric: string) => boolean;

const toolchain = join(__dirname, "../../../toolchain");

/** Folder of a Go module as one of the toolchain's go.mod files pins it; it is fetched where that has not been done. */
function moduleFolder(owner: string, module: string): string {
    const text = runSync("go", ["mod", "download", "-json", module], { cwd: join(toolchain, owner) });
    return (JSON.parse(text) as { Dir: string }).Dir;
}

/** Names in Prometheus' text format. */
export function namesIn(exposition: string): Set<string> {
    return new Set(exposition.split("\n").filter(line => line !== "" && !line.startsWith("#")).map(line => line.replace(/[{ ].*/s, "")));
}

/** cAdvisor, which runs only within the kubelet: its own tests keep what it answers. */
export function cadvisor(): Provided {
    const folder = moduleFolder("cluster", "github.com/google/cadvisor");
    const names = namesIn(readFileSync(join(folder, "metrics/testdata/prometheus_metrics"), "utf8"));
    return metric => names.has(metric);
}

/** The kubelet's statistics of volumes, by the constants of its source. */
export function kubelet(): Provided {
    const folder = moduleFolder("cluster", "k8s.io/kubernetes");
    const source = readFileSync(join(folder, "pkg/kubelet/metrics/metrics.go"), "utf8");
    const names = new Set([...source.matchAll(/"(volume_stats_\w+)"/g)].map(([, name]) => `kubelet_${name}`));
    return metric => names.has(metric);
}

/** CloudNativePG's default queries, and what its collector adds. */
export function cloudNativePostgres(): Provided {
    const folder = moduleFolder("cluster/crds", "github.com/cloudnative-pg/cloudnative-pg");
    const { data: { queries } } = parse(readFileSync(join(folder, "config/manager/default-monitoring.yaml"), "utf8"));
    const metrics = Object.entries(parse(queries) as Record<string, { metrics: Record<string, object>[] }>);
    const names = new Set(metrics.flatMap(([query, { metrics: columns }]) => columns.flatMap(column => Object.keys(column).map(name => `cnpg_${query}_${name}`))));
    const collector = readFileSync(join(folder, "pkg/management/postgres/webserver/metricserver/pg_collector.go"), "utf8");
    [...collector.matchAll(/Name:\s+"(\w+)"/g)].forEach(([, name]) => names.add(`cnpg_collector_${name}`));
    return metric => names.has(metric);
}

/** Traefik, by the names in its source: each is a prefix and a suffix. */
export function traefik(): Provided {
    const folder = moduleFolder("cluster/crds", "github.com/traefik/traefik/v3");
    const source = readFileSync(join(folder, "pkg/observability/metrics/prometheus.go"), "utf8");
    const parts = new Map<string, string>([["MetricNamePrefix", "traefik_"]]);
    for (const [, constant = "", prefix = "", suffix = ""] of source.matchAll(/(\w+)\s*=\s*(\w+) \+ "(\w+)"/g)) {
        parts.set(constant, `${parts.get(prefix) ?? ""}${suffix}`);
    }
    const names = new Set(parts.values());
    return metric => names.has(metric.replace(/_bucket$/, ""));
}

/** cert-manager, by the parts of the names in its source. */
export function certManager(): Provided {
    const folder = moduleFolder("cluster/crds", "github.com/cert-manager/cert-manager");
    const source = readFileSync(join(folder, "internal/collectors/certificate_collector.go"), "utf8");
    return metric => source.includes(`"${metric}"`);
}
