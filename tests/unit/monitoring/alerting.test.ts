import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { images } from "../../../components/kit/images";
import { DependencyGraph, nodeId } from "../../../components/kit/graph";
import { alerting } from "../../../components/monitoring/alerting/alerting";
import { alertingSettings } from "../../../components/monitoring/alerting/alertingSettings";
import type { AlertmanagerConfiguration } from "../../../components/monitoring/alerting/alertmanagerConfiguration";
import { environmentDefaults } from "../../../components/config/environments";
import { alertsOf } from "../../../components/monitoring/prometheus/rules";
import type { Recording } from "../../harness/mocks";
import { record, secretMark } from "../../harness/mocks";
import { renderedMonitoring } from "../../harness/monitoring/rendered";
import type { RecordedProgram, StackValues } from "../../harness/program";
import { loadConfig, recordProgram } from "../../harness/program";
import { everyReceiver } from "../../harness/monitoring/receivers";

const alertmanagerYaml = ({ recording }: RecordedProgram): AlertmanagerConfiguration =>
    parse(recording.object("ConfigMap", "alertmanager-config").inputs.data["alertmanager.yml"]) as AlertmanagerConfiguration;

const load = (stack: string, values: StackValues): unknown =>
    loadConfig(stack, { enabled: ["taskflow"], ...values });

/** An Alertmanager alone, with the content of its Secret. */
function recordAlerting(secrets: Record<string, string>): Promise<Recording> {
    return record(() => {
        const settings = alertingSettings.parse(everyReceiver);
        const environment = environmentDefaults("staging");
        alerting({ settings, environment, graph: new DependencyGraph(), secrets: pulumi.secret(secrets) }, {}).destination();
    });
}

describe("Alertmanager", () => {
    let dev: RecordedProgram;
    let staging: RecordedProgram;
    let prod: RecordedProgram;
    before(async () => {
        dev = await recordProgram("dev", { enabled: ["taskflow"] });
        staging = await recordProgram("staging", { enabled: ["taskflow"], alerting: everyReceiver });
        prod = await recordProgram("prod", { enabled: ["taskflow", "storm"] });
    });

    it("E-184 E-243 G-129: none in dev, one pod in staging, two in prod, each with 5Gi and a memory of 120 h", () => {
        assert.equal(dev.recording.has("StatefulSet", "alertmanager"), false);
        for (const [{ recording }, replicas] of [[staging, 1], [prod, 2]] as const) {
            const { spec } = recording.object("StatefulSet", "alertmanager").inputs;
            assert.equal(spec.replicas, replicas);
            assert.equal(spec.volumeClaimTemplates[0].spec.resources.requests.storage, "5Gi");
            assert.ok(spec.template.spec.containers[0].args.includes("--data.retention=120h"));
        }
    });

    it("E-165: the pods of prod gossip with each other, a single pod with nobody", () => {
        const of = ({ recording }: RecordedProgram): string[] =>
            recording.object("StatefulSet", "alertmanager").inputs.spec.template.spec.containers[0].args
                .filter((argument: string) => argument.startsWith("--cluster."));
        const peer = (ordinal: number): string => `--cluster.peer=alertmanager-${ordinal}.alertmanager-headless.monitoring.svc:9094`;
        assert.deepEqual(of(prod), ["--cluster.listen-address=0.0.0.0:9094", "--cluster.reconnect-timeout=5m", peer(0), peer(1)]);
        assert.deepEqual(of(staging), ["--cluster.listen-address="]);
        const { spec: { egress, ingress } } = prod.recording.object("NetworkPolicy", "alertmanager").inputs;
        // Peers are names.
        assert.ok(egress.some(({ ports }: { ports: { port: number }[] }) => ports.every(({ port }) => [53, 5353].includes(port))));
        for (const [rules, side] of [[egress, "to"], [ingress, "from"]]) {
            const own = rules.find((rule: Record<string, { podSelector?: { matchLabels: { app: string } } }[]>) =>
                rule[side]?.[0]?.podSelector?.matchLabels.app === "alertmanager");
            assert.deepEqual(own.ports, [{ port: 9094, protocol: "TCP" }, { port: 9094, protocol: "UDP" }]);
        }
    });

    it("E-184 G-129: pods of prod are kept apart, one at a time is evicted, and none mounts a token", () => {
        const { template: { spec } } = prod.recording.object("StatefulSet", "alertmanager").inputs.spec;
        assert.equal(spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey,
            "kubernetes.io/hostname");
        assert.equal(prod.recording.object("PodDisruptionBudget", "alertmanager").inputs.spec.maxUnavailable, 1);
        assert.equal(spec.automountServiceAccountToken, false);
        assert.equal(spec.securityContext.runAsNonRoot, true);
        assert.equal(spec.containers[0].image, images.alertmanager);
    });

    it("T-116 A-100: every Prometheus tells every pod, and the policies of both sides let it", () => {
        const targets = ["0", "1"].map(ordinal => `alertmanager-${ordinal}.alertmanager-headless.monitoring.svc:9093`);
        for (const namespace of ["taskflow", "storm"]) {
            const configMap = prod.recording.ofKind("ConfigMap")
                .find(({ inputs: { metadata } }) => metadata.namespace === namespace && metadata.name === "prometheus-config");
            assert.deepEqual(parse(configMap?.inputs.data["prometheus.yml"]).alerting.alertmanagers, [{ static_configs: [{ targets }] }]);
            const edge = prod.graph.edges.find(({ from, to }) =>
                nodeId(from) === `${namespace}/prometheus` && nodeId(to) === "monitoring/alertmanager");
            assert.deepEqual(edge?.ports, [{ number: 9093 }]);
        }
        const clients = prod.recording.object("NetworkPolicy", "alertmanager").inputs.spec.ingress
            .filter(({ ports }: { ports: { port: number }[] }) => ports[0]?.port === 9093)
            .map((rule: { from: [{ namespaceSelector: { matchLabels: object } }] }) => rule.from[0].namespaceSelector.matchLabels);
        assert.deepEqual(clients, ["storm", "taskflow"].map(name => ({ "kubernetes.io/metadata.name": name })));
    });

    it("G-01 A-100: it stands in a namespace of no platform, once, and not at all where another one is named", async () => {
        const names = prod.recording.ofKind("Namespace").map(({ inputs }) => inputs.metadata.name);
        assert.deepEqual(names.sort(), ["monitoring", "storm", "taskflow"]);
        const { labels } = prod.recording.object("Namespace", "monitoring").inputs.metadata;
        assert.equal(labels["app.kubernetes.io/part-of"], "platforms");
        const other = await recordProgram("prod", {
            enabled: ["taskflow"], shared: { alertmanager: "alertmanager.observability.svc:9093" },
        });
        assert.equal(other.recording.has("StatefulSet", "alertmanager"), false);
        assert.ok(other.recording.object("ConfigMap", "prometheus-config").inputs.data["prometheus.yml"]
            .includes("alertmanager.observability.svc:9093"));
        assert.equal(other.recording.has("Namespace", "monitoring"), false);
    });

    it("E-185: groups by alert, namespace and service with the timings of the list", () => {
        const { route } = alertmanagerYaml(prod);
        assert.equal(route.receiver, "web.hook");
        for (const label of ["alertname", "namespace", "service"]) {
            assert.ok(route.group_by?.includes(label), label);
        }
        assert.deepEqual([route.group_wait, route.group_interval, route.repeat_interval], ["30s", "5m", "12h"]);
        const critical = route.routes?.find(({ receiver }) => receiver === "critical-alerts");
        assert.equal(critical?.repeat_interval, "4h");
    });

    it("E-185 G-129: critical goes to e-mail and Slack, warning to e-mail, info to the webhook only", () => {
        const channels = Object.fromEntries(alertmanagerYaml(staging).receivers
            .map(({ name, ...configs }) => [name, Object.keys(configs).map(key => key.replace("_configs", ""))]));
        assert.deepEqual(channels, {
            "critical-alerts": ["email", "slack"], "warning-alerts": ["email"], "web.hook": ["webhook"], "dead-mans-switch": ["webhook"],
        });
    });

    it("E-185: every alert that another one's silence depends on exists, and is critical", async () => {
        const alerts = (await renderedMonitoring("prod")).flatMap(({ rules }) => alertsOf(rules));
        const named = alertmanagerYaml(prod).inhibit_rules
            .flatMap(({ source_matchers: sources, target_matchers: targets }) => [...sources, ...targets])
            .flatMap(matcher => /^alertname!?=~?"(.+)"$/.exec(matcher)?.[1]?.split("|") ?? []);
        assert.ok(named.includes("NodeNotReady"));
        for (const name of named) {
            assert.equal(alerts.find(({ alert }) => alert === name)?.labels["severity"], "critical", name);
        }
    });

    it("A-100 E-186: without receivers all routes lead to the pages only", () => {
        assert.deepEqual(alertmanagerYaml(prod).receivers,
            ["critical-alerts", "warning-alerts", "web.hook", "dead-mans-switch"].map(name => ({ name })));
        const { volumes } = prod.recording.object("StatefulSet", "alertmanager").inputs.spec.template.spec;
        assert.ok(!volumes.some(({ secret }: { secret?: object }) => secret));
        const ports = prod.recording.object("NetworkPolicy", "alertmanager").inputs.spec.egress
            .flatMap((rule: { ports: { port: number }[] }) => rule.ports.map(({ port }) => port));
        assert.deepEqual(ports.filter((port: number) => ![53, 5353, 9094].includes(port)), []);
    });

    it("E-186: secrets are files of a Secret, never values of the configuration", async () => {
        const { volumes } = staging.recording.object("StatefulSet", "alertmanager").inputs.spec.template.spec;
        const keys = ["smtp-password", "slack-url", "webhook-url", "webhook-token", "watchdog-url"];
        const { secret } = volumes.find((volume: { name: string }) => volume.name === "receivers");
        assert.deepEqual(secret.items.map(({ key }: { key: string }) => key), keys);
        assert.equal(secret.secretName, "alertmanager-receivers");
        const text = JSON.stringify(alertmanagerYaml(staging));
        for (const key of keys) {
            assert.ok(text.includes(`/etc/alertmanager-secrets/${key}`), key);
        }
        assert.doesNotMatch(text, /"(smtp_auth_password|api_url|url|credentials)":/);

        const created = await recordAlerting(Object.fromEntries([...keys, "unused"].map(key => [key, `value of ${key}`])));
        const { inputs, shown } = created.object("Secret", "alertmanager-receivers");
        assert.deepEqual(Object.keys(inputs.stringData).sort(), [...keys].sort());
        assert.equal(shown.stringData, secretMark);
        assert.equal(staging.recording.has("Secret", "alertmanager-receivers"), false, "without a value others create it");
    });

    it("E-166 E-186: it reaches exactly the receivers", () => {
        const egress = staging.recording.object("NetworkPolicy", "alertmanager").inputs.spec.egress as
            { to: { ipBlock?: { cidr: string } }[]; ports: { port: number }[] }[];
        const outside = egress.filter(({ to: [peer] }) => peer?.ipBlock)
            .flatMap(({ to, ports: [port] }) => to.map(({ ipBlock }) => `${ipBlock?.cidr} ${port?.port}`));
        assert.deepEqual(outside.sort(), 
            ["0.0.0.0/0 443", "0.0.0.0/0 443", "192.0.2.25/32 587", "198.51.100.0/24 8443", "::/0 443", "::/0 443"]);
    });

    it("E-186: a secret that a receiver lacks is refused before anything is registered, named and not shown", () => {
        const receivers = { slack: { channel: "#alerts" }, webhook: { token: true } };
        const loaded = (content: string, alertingValues = {}): unknown => loadConfig("prod", { enabled: ["storm"], alerting: alertingValues },
            { secretText: key => key === "alertingSecrets" ? content : undefined });
        const whole = { "slack-url": "https://canary", "webhook-url": "https://canary", "webhook-token": "canary" };
        for (const content of [JSON.stringify({ ...whole, unused: 1 }), "", "{}"]) {
            assert.ok(loaded(content, receivers), content);
        }
        for (const [content, missing] of [
            [JSON.stringify({ ...whole, "webhook-token": "" }), "webhook-token"],
            [JSON.stringify({ "slack-url": "https://canary" }), "webhook-url, webhook-token"],
            ["canary", "slack-url, webhook-url, webhook-token"],
            ['"canary"', "slack-url, webhook-url, webhook-token"], ["null", "slack-url, webhook-url, webhook-token"],
        ] as const) {
            assert.throws(() => loaded(content, receivers), (error: Error) => error.message.includes(
                `platforms:alertingSecrets is "[secret]"; allowed is a text for each key that the receivers need, and there is none for ${missing}: pulumi config set --secret`)
                && !error.message.includes("canary"), content);
        }
        assert.ok(loaded("canary"), "nothing of it is read");
    });

    it("E-186: prod without a receiver of critical alerts is refused on a cluster of the user's own", () => {
        const on = (cluster: "embedded" | "current", values: StackValues, stack = "prod"): unknown =>
            loadConfig(stack, { enabled: ["storm"], ...values }, { cluster });
        const refused = /alerting\.email is null; allowed in prod is a receiver for critical alerts/;
        for (const alerting of [{}, { webhook: {} }, { watchdog: {} }]) {
            assert.throws(() => on("current", { alerting }), refused);
            assert.ok(on("current", { alerting }, "staging"));
        }
        assert.ok(on("embedded", {}), "there it is warned of");
        assert.ok(on("current", { alerting: { slack: { channel: "#alerts" } } }));
        assert.ok(on("current", { shared: { alertmanager: "alertmanager.observability.svc:9093" } }));
        assert.ok(on("current", { shared: { alertmanager: 0 } }));
    });

    it("E-186: prod is refused receivers of which none hears critical alerts", () => {
        assert.throws(() => load("prod", { alerting: { webhook: {} } }),
            /platforms:alerting\.email is null; allowed in prod is a receiver for critical alerts, here or as platforms:alerting\.slack/);
        assert.ok(load("prod", { alerting: { webhook: {}, slack: { channel: "#alerts" } } }));
        assert.ok(load("staging", { alerting: { webhook: {} } }));
        assert.ok(load("prod", {}));
        assert.throws(() => load("dev", { shared: { alertmanager: true } }),
            /platforms:shared\.alertmanager is true; allowed is a number of pods from 0 to 9, or the address of another/);
    });
});
