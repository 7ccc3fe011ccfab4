import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { prometheusConfiguration, renderYaml } from "../../../components/monitoring/prometheus/prometheusConfiguration";
import { ruleGroups } from "../../../components/monitoring/prometheus/rules";
import { Daemon, eventually, freePort, HOST, temporaryFolder } from "../../harness/daemons/daemon";
import { withTargets } from "./localConfiguration";
import { prometheusTools } from "../../harness/daemons/prometheusTools";
import { StandIn } from "./standIns";

const always = {
    name: "Always", expr: "vector(1)", for: "0s", severity: "info", summary: "It fires", description: "It always fires.",
} as const;

describe("two servers of Prometheus with one configuration", () => {
    let folder: string;
    let alertmanager: StandIn;
    const servers: { readonly daemon: Daemon; readonly url: string; readonly pod: string }[] = [];
    const received: Readonly<Record<string, string>>[] = [];

    before(async () => {
        const { prometheus: command } = prometheusTools();
        folder = temporaryFolder("replicas");
        alertmanager = await StandIn.start(({ url }, body) => {
            if (url === "/api/v2/alerts") {
                received.push(...(JSON.parse(body) as { labels: Record<string, string> }[]).map(({ labels }) => labels));
            }
            return "";
        });
        const telemetry = [{ name: "test", alerts: [always], panels: [], metrics: [] }];
        writeFileSync(join(folder, "alerts.rules.yml"), renderYaml(ruleGroups(telemetry, "https://runbooks.example.com")));
        for (const pod of ["prometheus-0", "prometheus-1"]) {
            const url = `http://${HOST}:${await freePort()}`;
            const configuration = prometheusConfiguration({
                namespace: "shop", workloads: [], telemetry, kubeStateMetrics: [], replicated: true,
                externalLabels: { platform: "shop" }, alertmanagers: [alertmanager.address],
            });
            const file = join(folder, `${pod}.yml`);
            const local = withTargets(configuration, { prometheus: [{ targets: [new URL(url).host] }] });
            writeFileSync(file, renderYaml(local).replaceAll("/etc/prometheus", folder).replaceAll("/var/run/secrets/kubernetes.io", folder));
            mkdirSync(join(folder, pod));
            const daemon = await Daemon.start({
                name: pod, command, env: { HOSTNAME: pod },
                // The first alert may come before the Alertmanager is known; it is sent again a minute later where nothing else is said.
                args: [
                    `--config.file=${file}`, `--storage.tsdb.path=${join(folder, pod)}`, `--web.listen-address=${new URL(url).host}`,
                    "--rules.alert.resend-delay=1s",
                ],
                ready: async () => assert.equal((await fetch(`${url}/-/ready`)).status, 200),
            });
            servers.push({ daemon, url, pod });
        }
    });
    after(async () => {
        await Promise.all(servers.map(({ daemon }) => daemon.stop()));
        await alertmanager?.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    it("E-180: each says by its pod's name what it has scraped", async () => {
        for (const { url, pod } of servers) {
            await eventually(`${pod} has scraped itself`, async () => {
                const text = await (await fetch(`${url}/federate?match[]=${encodeURIComponent("up{job=\"prometheus\"}")}`)).text();
                assert.match(text, new RegExp(`platform="shop",replica="${pod}"`));
            });
        }
    });

    it("E-180 E-165: both send the same alert, which for the Alertmanager is one", async () => {
        await eventually("both have sent it", async () => {
            for (const { url } of servers) {
                const text = await (await fetch(`${url}/metrics`)).text();
                assert.match(text, /prometheus_notifications_sent_total\{[^}]*\} [1-9]/);
            }
        });
        const alerts = new Set(received.map(labels => JSON.stringify(Object.entries(labels).sort())));
        assert.deepEqual([...alerts], [JSON.stringify([["alertname", "Always"], ["platform", "shop"], ["severity", "info"]])]);
    });
});
