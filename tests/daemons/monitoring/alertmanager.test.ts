import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { alertingSettings } from "../../../components/monitoring/alerting/alertingSettings";
import type { AlertmanagerConfiguration } from "../../../components/monitoring/alerting/alertmanagerConfiguration";
import { alertmanagerConfiguration, secretsFolder } from "../../../components/monitoring/alerting/alertmanagerConfiguration";
import { alertmanagerArguments } from "../../../components/monitoring/alerting/alertmanagerContainer";
import type { Monitored } from "../../harness/monitoring/taskflow";
import { monitoredTaskFlow } from "../../harness/monitoring/taskflow";
import { Daemon, eventually, freePort, HOST, temporaryFolder } from "../../harness/daemons/daemon";
import { alertmanagerTools, layDownAlertmanager } from "./alertmanagerTools";
import { layDown, withTargets } from "./localConfiguration";
import { prometheusTools } from "../../harness/daemons/prometheusTools";
import { StandIn } from "./standIns";

interface Notification {
    readonly receiver: string;
    readonly status: "firing" | "resolved";
    readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
}

const settings = alertingSettings.parse({ webhook: { token: true }, watchdog: {} });

/** Seconds in place of minutes. */
const impatient = (text: string): string => text
    .replace(/group_wait: 30s/g, "group_wait: 1s")
    .replace(/group_interval: (5m|1m)/g, "group_interval: 1s")
    .replace(/repeat_interval: 5m/g, "repeat_interval: 2s");

/** The rendered configuration with a webhook where e-mail and Slack would be, so that each path tells the receiver. */
function audible(): AlertmanagerConfiguration {
    const rendered = alertmanagerConfiguration(settings);
    const receivers = rendered.receivers.map(receiver => receiver.webhook_configs
        ? receiver
        : { ...receiver, webhook_configs: [{ url_file: `${secretsFolder}/${receiver.name}`, send_resolved: true }] });
    return { ...rendered, receivers };
}

describe("Alertmanager with the rendered configuration", () => {
    let folder: string;
    let hook: StandIn;
    let pods: { readonly daemon: Daemon; readonly url: string }[];
    const notifications: (Notification & { path: string; token: string | undefined })[] = [];

    const firing = (alertname: string, labels: Readonly<Record<string, string>>): object =>
        ({ labels: { alertname, environment: "staging", platform: "taskflow", namespace: "taskflow", ...labels } });
    const send = (...alerts: object[]): Promise<unknown> => Promise.all(pods.map(async ({ url }) => {
        const response = await fetch(`${url}/api/v2/alerts`, {
            method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(alerts),
        });
        assert.equal(response.status, 200, await response.text());
    }));
    const notified = (alertname: string): typeof notifications =>
        notifications.filter(({ alerts }) => alerts.some(({ labels }) => labels["alertname"] === alertname));
    /** State of each alert, by its name and pod or node. */
    const states = async (): Promise<Record<string, string>> => {
        const [pod] = pods;
        const alerts = await (await fetch(`${pod?.url}/api/v2/alerts`)).json() as { labels: Record<string, string>; status: { state: string } }[];
        return Object.fromEntries(alerts.map(({ labels: { alertname, platform, app = "", pod: name = "" }, status: { state } }) =>
            [`${platform}/${alertname}/${app}/${name}`, state]));
    };
    /** How often each pod has asked what was sent already. */
    const questions = (): Promise<number[]> => Promise.all(pods.map(async ({ url }) =>
        Number(/^alertmanager_nflog_queries_total (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1])));

    before(async () => {
        const { alertmanager: command } = alertmanagerTools();
        folder = temporaryFolder("alertmanager");
        hook = await StandIn.start(({ url, headers }, body) => {
            notifications.push({ ...JSON.parse(body) as Notification, path: url ?? "", token: headers.authorization });
            return "";
        });
        const paths = { "webhook-url": "info", "watchdog-url": "watchdog", "critical-alerts": "critical", "warning-alerts": "warning" };
        const urls = Object.fromEntries(Object.entries(paths).map(([key, path]) => [key, `http://${hook.address}/${path}`]));
        const file = layDownAlertmanager(folder, audible(), { ...urls, "webhook-token": "token-of-the-test" }, impatient);
        const gossip = [await freePort(), await freePort()];
        pods = [];
        for (const port of gossip) {
            const url = `http://${HOST}:${await freePort()}`;
            const data = join(folder, `data-${port}`);
            mkdirSync(data);
            const rendered = alertmanagerArguments({ ...settings, peers: gossip.map(peer => `${HOST}:${peer}`) });
            const daemon = await Daemon.start({
                name: `alertmanager-${port}`,
                command,
                args: [
                    ...rendered.map(argument => argument.replace("/etc/alertmanager/alertmanager.yml", file).replace(/=\/alertmanager$/, `=${data}`)
                        .replace(/listen-address=0.0.0.0:\d+$/, `listen-address=${HOST}:${port}`)),
                    `--web.listen-address=${new URL(url).host}`,
                    "--cluster.peer-timeout=1s",
                ],
                ready: async () => assert.equal((await fetch(`${url}/-/ready`)).status, 200),
            });
            pods.push({ daemon, url });
        }
    });
    after(async () => {
        // One after the other: two that leave at once wait ten seconds for each other.
        for (const { daemon } of pods ?? []) {
            await daemon.stop();
        }
        await hook?.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    it("E-165 E-184: two pods find each other, keep 120 hours, and answer both probes", async () => {
        for (const { url, daemon } of pods) {
            await eventually("both pods in the cluster", async () => {
                const { cluster } = await (await fetch(`${url}/api/v2/status`)).json() as { cluster: { status: string; peers: object[] } };
                assert.deepEqual([cluster.status, cluster.peers.length], ["ready", 2]);
            });
            assert.equal((await fetch(`${url}/-/healthy`)).status, 200);
            assert.doesNotMatch(daemon.output(), /level=ERROR/i);
        }
    });

    it("E-165 E-185: an alert that both pods are told is sent once, with the token", async () => {
        await send(firing("Told", { severity: "info" }));
        await eventually("the notification", () => assert.ok(notified("Told").length > 0));
        const before = await questions();
        await eventually("both pods have looked again, several times", async () =>
            (await questions()).forEach((count, index) => assert.ok(count >= (before[index] as number) + 5)));
        assert.deepEqual(notified("Told").map(({ path, token, status }) => [path, token, status]),
            [["/info", "Bearer token-of-the-test", "firing"]]);
    });

    it("E-185 A-100: what is critical explains warnings of the same subject, a lost node all that ran on it, and no more", async () => {
        await send(
            firing("StoreDown", { severity: "critical", app: "store" }),
            firing("StoreSlow", { severity: "warning", app: "store", pod: "store-1" }),
            firing("StoreSlow", { severity: "warning", app: "other", pod: "other-1" }),
            firing("StoreSlow", { severity: "warning", app: "store", pod: "store-1", platform: "storm" }),
            firing("QueueFull", { severity: "critical", app: "broker", queue: "orders" }),
            firing("QueueLong", { severity: "warning", app: "broker", queue: "orders", pod: "orders" }),
            firing("QueueLong", { severity: "warning", app: "broker", queue: "mails", pod: "mails" }),
            firing("Unplaced", { severity: "critical" }),
            firing("Unrelated", { severity: "warning" }),
            firing("NodeDown", { severity: "critical", node: "node-1" }),
            firing("NodeNotReady", { severity: "critical", node: "node-1" }),
            firing("NodeNotReady", { severity: "critical", node: "node-3", pod: "unready" }),
            firing("TargetDown", { severity: "warning", node: "node-3", pod: "on-unready", platform: "storm" }),
            firing("TargetDown", { severity: "warning", node: "node-1", pod: "lost", platform: "storm" }),
            firing("TargetDown", { severity: "warning", node: "node-2", pod: "kept", platform: "storm" }),
        );
        const expected = {
            "taskflow/StoreDown/store/": "active",
            "taskflow/StoreSlow/store/store-1": "suppressed",
            "taskflow/StoreSlow/other/other-1": "active",
            "storm/StoreSlow/store/store-1": "active",
            "taskflow/QueueLong/broker/orders": "suppressed",
            "taskflow/QueueLong/broker/mails": "active",
            "taskflow/Unrelated//": "active",
            "storm/TargetDown//lost": "suppressed",
            "storm/TargetDown//kept": "active",
            "taskflow/NodeDown//": "active",
            "taskflow/NodeNotReady//": "suppressed",
            "taskflow/NodeNotReady//unready": "active",
            "storm/TargetDown//on-unready": "suppressed",
        };
        await eventually("all alerts are judged", async () => {
            const found = await states();
            assert.deepEqual(Object.fromEntries(Object.keys(expected).map(key => [key, found[key]])), expected);
        });
        await eventually("the warnings that are left", () => {
            const pods = notifications.filter(({ path }) => path === "/warning").flatMap(({ alerts }) => alerts.map(({ labels }) => labels["pod"]));
            ["other-1", "mails", "kept"].forEach(name => assert.ok(pods.includes(name), name));
        });
        assert.ok(notified("StoreDown").every(({ path }) => path === "/critical"));
    });

    it("E-192: the dead man's switch is called again and again, and nobody else hears of it", async () => {
        await send(firing("Watchdog", { severity: "info" }));
        await eventually("three calls", () => assert.ok(notified("Watchdog").length >= 3));
        assert.ok(notified("Watchdog").every(({ path, receiver }) => path === "/watchdog" && receiver === "dead-mans-switch"));
    });

    it("T-116 A-100: Prometheus with its rendered rules scrapes a real target, fires when it is gone, and the webhook hears of it", async () => {
        const { prometheus: command } = prometheusTools();
        const monitored = await monitoredTaskFlow("staging", { prometheus: { kubeStateMetrics: null } });
        const target = await StandIn.start(() => "taskflow_http_requests_total 1\n");
        const url = `http://${HOST}:${await freePort()}`;
        const meta = "__meta_kubernetes";
        const place = {
            [`${meta}_namespace`]: "taskflow", [`${meta}_pod_name`]: "backend-api-1", [`${meta}_pod_label_app`]: "backend-api",
            [`${meta}_pod_container_port_name`]: "http",
        };
        const local = withTargets(monitored.configuration, {
            "kubernetes-pods": [{ targets: [target.address], labels: place }],
            "prometheus": [{ targets: [new URL(url).host] }],
        });
        const rules = JSON.parse(JSON.stringify(monitored.rules).replace(/"for":"\d+m"/g, '"for":"1s"')) as Monitored["rules"];
        const { file } = layDown(folder, monitored.configuration, rules, () =>
            ({ ...local, alerting: { alertmanagers: [{ static_configs: [{ targets: pods.map(pod => new URL(pod.url).host) }] }] } }));
        const prometheus = await Daemon.start({
            name: "prometheus",
            command,
            args: [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, "series")}`, `--web.listen-address=${new URL(url).host}`],
            ready: async () => assert.equal((await fetch(`${url}/-/ready`)).status, 200),
        });
        const since = (first: number, name: string, status: string): Notification[] => notifications.slice(first)
            .filter(({ alerts }) => alerts.some(alert => alert.status === status && alert.labels["alertname"] === name));
        try {
            await eventually("the target is scraped, and nothing is said of it", async () => {
                const query = encodeURIComponent("up{pod=\"backend-api-1\"} == 1 unless on() ALERTS{alertname=\"BackendDown\"}");
                const { data } = await (await fetch(`${url}/api/v1/query?query=${query}`)).json() as { data: { result: object[] } };
                assert.equal(data.result.length, 1);
            });
            const first = notifications.length;
            await target.stop();
            await eventually("BackendDown arrives", () => assert.equal(since(first, "BackendDown", "firing")[0]?.receiver, "critical-alerts"));
            await eventually("PostgresDown arrives", () => assert.equal(notified("PostgresDown")[0]?.path, "/critical"));
            const down = notifications.length;
            await target.listen();
            await eventually("BackendDown is resolved", () => assert.ok(since(down, "BackendDown", "resolved").length > 0));
        } finally {
            await prometheus.stop();
            await target.stop();
        }
    });
});
