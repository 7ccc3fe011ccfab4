import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Dashboard, Panel, RowPanel } from "@grafana/grafana-foundation-sdk/dashboard";
import { dashboardJson } from "../../../components/monitoring/grafana/dashboard";
import type { Monitored } from "../../harness/monitoring/taskflow";
import { monitoredTaskFlow } from "../../harness/monitoring/taskflow";

let monitored: Monitored;
let dashboard: Dashboard;
let all: (Panel | RowPanel)[];
let panels: Panel[];

function panel(title: string): Panel {
    const found = panels.find(candidate => candidate.title === title);
    assert.ok(found, `panel "${title}"; there are: ${panels.map(({ title }) => title).join(", ")}`);
    return found;
}

function queries(title: string): { expr: string; legendFormat: string }[] {
    return (panel(title).targets ?? []) as unknown as { expr: string; legendFormat: string }[];
}

function lines(title: string): number[] {
    return (panel(title).fieldConfig?.defaults?.thresholds?.steps ?? []).flatMap(({ value }) => value === null ? [] : [value]);
}

describe("dashboard TaskFlow", () => {
    before(async () => {
        monitored = await monitoredTaskFlow("dev");
        dashboard = monitored.dashboard;
        all = (dashboard.panels ?? []) as (Panel | RowPanel)[];
        panels = all.filter((panel): panel is Panel => panel.type !== "row");
    });

    it("T-115: shows the last 15 minutes and refreshes every 10 seconds", () => {
        assert.equal(dashboard.title, "TaskFlow");
        assert.equal(dashboard.refresh, "10s");
        assert.deepEqual(dashboard.time, { from: "now-15m", to: "now" });
    });

    it("T-114: CPU and memory of the backend pods, replicas of backend-api, requests per second", () => {
        assert.match(queries("CPU usage of backend pods")[0]?.expr ?? "", /container_cpu_usage_seconds_total\{namespace="taskflow",pod=~"backend-api-\.\+"/);
        assert.match(queries("Memory usage of backend pods")[0]?.expr ?? "", /container_memory_working_set_bytes/);
        assert.match(queries("Replicas of Deployment backend-api")[0]?.expr ?? "", /kube_deployment_status_replicas\{[^}]*deployment="backend-api"/);
        assert.match(queries("Requests per second")[0]?.expr ?? "", /rate\(taskflow_http_requests_total/);
    });

    it("T-109: replicas are counted by their scrapes while kube-state-metrics is gone", () => {
        assert.match(queries("Replicas of Deployment backend-api")[0]?.expr ?? "", / or count\(up\{namespace="taskflow",app="backend-api"\}\)$/);
    });

    it("T-115: autoscaler, use in percent of the request with the lines at 50 and 70, P95, cache hits", () => {
        assert.deepEqual(queries("Autoscaler of backend-api").map(({ legendFormat }) => legendFormat), ["current", "desired", "minimum", "maximum"]);
        assert.deepEqual(lines("CPU of backend pods in percent of the request"), [50]);
        assert.deepEqual(lines("Memory of backend pods in percent of the request"), [70]);
        assert.match(queries("CPU of backend pods in percent of the request")[0]?.expr ?? "", / \/ 0\.1$/);
        assert.match(queries("Memory of backend pods in percent of the request")[0]?.expr ?? "", / \/ 134217728$/);
        assert.match(queries("Cache hit ratio")[0]?.expr ?? "", /result="hit"/);
    });

    it("T-143: 4xx and 5xx, P50, P95 and P99, connections of taskflow_db", () => {
        assert.deepEqual(queries("HTTP error rate").map(({ legendFormat }) => legendFormat), ["4xx", "5xx"]);
        assert.deepEqual(queries("Latency").map(({ legendFormat }) => legendFormat), ["P50", "P95", "P99"]);
        assert.match(queries("PostgreSQL connections")[0]?.expr ?? "", /pg_stat_database_numbackends\{[^}]*datname="taskflow_db"/);
    });

    it("T-155: answers the four questions about a load test", () => {
        const row = all.findIndex(({ title }) => title === "Load test");
        assert.deepEqual(all.slice(row + 1, row + 5).map(({ title }) => title), [
            "From the fewest pods to the peak", "From the peak back", "Mean CPU per pod under load", "Requests per second at the peak",
        ]);
        assert.match(panel("From the peak back").description ?? "", /stabilization window/);
    });

    it("T-113: every panel asks the provisioned data source", () => {
        panels.forEach(({ datasource }) => assert.deepEqual(datasource, { type: "prometheus", uid: "prometheus" }));
    });

    it("has panels of its own number that do not cover each other", () => {
        assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
        const cells = all.flatMap(({ gridPos, title }) => {
            assert.ok(gridPos && gridPos.x + gridPos.w <= 24, title);
            return Array.from({ length: gridPos.h * gridPos.w }, (_, cell) =>
                `${gridPos.x + cell % gridPos.w}/${gridPos.y + Math.floor(cell / gridPos.w)}`);
        });
        assert.equal(new Set(cells).size, cells.length);
    });

    it("is the same text each time", () => {
        const render = (): string => dashboardJson({ uid: "a", title: "A", tags: [], telemetry: monitored.telemetry });
        assert.equal(render(), render());
    });

    it("loads no more of the SDK than its common and dashboard modules", () => {
        const program = `require(${JSON.stringify(join(__dirname, "../../../components/monitoring/grafana/dashboard.ts"))});
            const folder = /grafana-foundation-sdk.dist.([a-z0-9]+)/;
            process.stdout.write(JSON.stringify([...new Set(Object.keys(require.cache).flatMap(file => folder.exec(file)?.[1] ?? []))].sort()));`;
        const { stdout, stderr } = spawnSync(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", program], { encoding: "utf8" });
        assert.deepEqual(JSON.parse(stdout || stderr), ["common", "dashboard"]);
    });
});
