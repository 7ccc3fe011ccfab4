import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import type { Inputs } from "../../../harness/mocks";
import { secretMark } from "../../../harness/mocks";
import { allContainers } from "../../../harness/pods";
import { loadConfig, recordAlone } from "../../../harness/program";
import { aquaerp, find, names, object, objectNames, pods, stacks } from "../../../harness/platforms/aquaerp";

const monitoring = "aquaerp-monitoring";
const dockerConfig = JSON.stringify({ auths: { "registry.digitalocean.com": { auth: "c2VjcmV0" } } });

/** Rules or scrape jobs as Prometheus gets them. */
async function prometheusFile(stack: typeof stacks[number], file: string, settings = {}): Promise<Inputs> {
    return parse((await object(stack, "ConfigMap", "prometheus-config", settings, monitoring)).data[file]);
}

async function alerts(stack: typeof stacks[number], settings = {}): Promise<Record<string, Inputs>> {
    const { groups } = await prometheusFile(stack, "alerts.rules.yml", settings);
    return Object.fromEntries(groups.flatMap((group: Inputs) => group.rules).map((rule: Inputs) => [rule.alert, rule]));
}

describe("AquaERP operations", () => {
    describe("credentials of the registry", () => {
        afterEach(() => pulumi.runtime.setAllConfig({}));

        it("A-10: docr-secret comes from an encrypted value of the stack, on every ServiceAccount and pod, and is shown nowhere", async () => {
            pulumi.runtime.setAllConfig({ "platforms:aquaerpRegistry": dockerConfig });
            const program = await recordAlone("staging", "aquaerp");
            const secret = find(program, "Secret", "docr-secret");
            assert.equal(secret.inputs.type, "kubernetes.io/dockerconfigjson");
            assert.equal(secret.inputs.stringData[".dockerconfigjson"], dockerConfig);
            assert.doesNotMatch(JSON.stringify(secret.shown), /c2VjcmV0/);
            assert.ok(JSON.stringify(secret.shown).includes(secretMark));
            for (const name of names) {
                assert.deepEqual(find(program, "ServiceAccount", name).inputs.imagePullSecrets, [{ name: "docr-secret" }]);
                const deployment = find(program, "Deployment", name);
                assert.deepEqual(deployment.inputs.spec.template.spec.imagePullSecrets, [{ name: "docr-secret" }]);
                assert.ok(program.recording.before(deployment).has(secret.urn), name);
            }
        });

        it("A-10: without the value others create it; a public registry needs none; a wrong value is refused and not repeated", async () => {
            assert.ok(!(await objectNames("prod", "Secret")).includes("docr-secret"));
            assert.deepEqual((await pods("prod", "frontend")).template.spec.imagePullSecrets, [{ name: "docr-secret" }]);
            assert.equal((await pods("prod", "frontend", { registry: { pullSecret: null } })).template.spec.imagePullSecrets, undefined);
            const loaded = (content: string, registry: object = {}): unknown => loadConfig("staging", { enabled: ["aquaerp"], aquaerp: { registry } },
                { secretText: key => key === "aquaerpRegistry" ? content : undefined });
            for (const content of ["hunter2", '{"auths":"hunter2"}']) {
                assert.throws(() => loaded(content), (error: Error) =>
                    error.message.includes('platforms:aquaerpRegistry is "[secret]"; allowed is {"auths"') && !error.message.includes("hunter2"));
                assert.ok(loaded(content, { pullSecret: null }));
            }
            assert.ok(loaded(dockerConfig));
        });
    });

    it("A-132: none of the document's advanced features is left as a wish", async () => {
        for (const stack of ["staging", "prod"] as const) {
            const { recording } = await aquaerp(stack);
            const own = (kind: string): number => recording.ofKind(kind).filter(({ inputs }) => inputs.metadata.namespace === "aquaerp").length;
            assert.ok(own("HorizontalPodAutoscaler") > 0, `${stack}: autoscalers`);
            assert.ok(own("NetworkPolicy") > names.length, `${stack}: network policies`);
            for (const [name, { resources }] of allContainers(recording)) {
                for (const side of ["requests", "limits"] as const) {
                    assert.ok(resources?.[side]?.["cpu"] && resources[side]["memory"], `${stack} ${name}: ${side}`);
                }
            }
            const { spec } = await object(stack, "Ingress", "aquaerp-ingress");
            assert.equal(spec.ingressClassName, "traefik");
            assert.ok(spec.tls.length > 0, `${stack}: HTTPS`);
        }
    });

    it("A-96 A-97: Grafana has dashboards for services, state and cluster, with a row for each service", async () => {
        for (const stack of stacks) {
            const dashboards = await Promise.all(["aquaerp", "aquaerp-state", "aquaerp-cluster"].map(async name => {
                const { data } = await object(stack, "ConfigMap", `grafana-dashboard-${name}`, {}, monitoring);
                return JSON.parse(data[`${name}.json`]);
            }));
            const [services, state, cluster] = dashboards;
            const rows = (services as Inputs).panels.filter(({ type }: Inputs) => type === "row").map(({ title }: Inputs) => title);
            assert.deepEqual(rows, names);
            const panels = (services as Inputs).panels.map(({ title }: Inputs) => title);
            for (const what of ["requests", "errors", "latency", "restarts", "CPU against its limit", "memory against its limit"]) {
                assert.ok(panels.includes(`api-gateway: ${what}`), what);
            }
            assert.match(JSON.stringify(state), /Pod Restarts.*PostgreSQL connections.*Messages that wait/);
            assert.match(JSON.stringify(cluster), /CPU by pod/);
        }
    });

    it("A-98: each service is scraped at /metrics every 30 s; by ServiceMonitors in their place for an operator", async () => {
        for (const stack of stacks) {
            const { scrape_configs: jobs } = await prometheusFile(stack, "prometheus.yml");
            for (const name of names) {
                const job = jobs.find(({ job_name: job }: Inputs) => job === name);
                assert.deepEqual([job.scrape_interval, job.metrics_path ?? "/metrics"], ["30s", "/metrics"]);
                assert.deepEqual(job.kubernetes_sd_configs, [{ role: "endpointslice", namespaces: { names: ["aquaerp"] } }]);
            }
            assert.ok(jobs.some(({ job_name: job }: Inputs) => job === "rabbitmq"));
        }
        const settings = { monitoring: { operator: true } };
        assert.deepEqual(await objectNames("prod", "ServiceMonitor", {}, monitoring), []);
        assert.deepEqual(await objectNames("prod", "ServiceMonitor", settings, monitoring), [...names, "rabbitmq"].sort());
        assert.deepEqual(await objectNames("prod", "Deployment", settings, monitoring), []);
        assert.deepEqual(await objectNames("prod", "PrometheusRule", settings, monitoring), ["aquaerp"]);
        const { spec } = await object("prod", "ServiceMonitor", "auth-service", settings, monitoring);
        assert.deepEqual(spec.endpoints, [{ port: "http", path: "/metrics", interval: "30s" }]);
    });

    it("A-99: the listed alerts, each once with its time, severity and threshold", async () => {
        const expected: Record<string, [time: string, severity: string, threshold: RegExp]> = {
            PodCrashLooping: ["0m", "critical", /\[15m\]\) > 3$/],
            ServiceDown: ["2m", "critical", /== 0$/],
            ReplicasBelowMinimum: ["10m", "warning", /< 2 or .* < 3$/],
            PostgresDown: ["1m", "critical", /== 0 or absent/],
            PostgresConnectionsHigh: ["5m", "warning", /> 0\.8$/],
            RabbitMQQueueBacklog: ["10m", "warning", /> 1000$/],
            HpaAtMax: ["30m", "warning", />= /],
            VolumeFillingUp: ["5m", "warning", /< 0\.15$/],
            CertificateExpiringSoon: ["1h", "warning", /< 14$/],
            BackupTooOld: ["5m", "critical", /> 26 \* 3600$/],
        };
        for (const stack of stacks) {
            const rules = await alerts(stack);
            const left = stack === "dev" ? ["HpaAtMax", "BackupTooOld"] : [];
            for (const [name, [time, severity, threshold]] of Object.entries(expected).filter(([alert]) => !left.includes(alert))) {
                const rule = rules[name];
                assert.ok(rule, name);
                assert.deepEqual([rule.for, rule.labels.severity], [time, severity], name);
                assert.match(rule.expr, stack === "dev" && name === "ReplicasBelowMinimum" ? /< 1 or .* < 1$/ : threshold, name);
            }
        }
        for (const replaced of ["PostgresConnections", "HpaMaxedOut", "PvcAlmostFull", "BackupMissing"]) {
            assert.equal((await alerts("prod"))[replaced], undefined, `${replaced} would repeat a listed alert`);
        }
        assert.equal((await alerts("prod", { monitoring: { certManager: null } }))["CertificateExpiringSoon"], undefined);
    });

    it("A-100: alerts go to the environment's Alertmanager, or are only shown", async () => {
        assert.equal((await prometheusFile("dev", "prometheus.yml")).alerting, undefined);
        for (const stack of ["staging", "prod"] as const) {
            const { alerting } = await prometheusFile(stack, "prometheus.yml");
            assert.deepEqual(alerting.alertmanagers[0].static_configs, [{ targets: ["alertmanager.monitoring.svc:9093"] }]);
        }
    });

    it("A-101: retention and volumes of monitoring by environment, and a generated password", async () => {
        const expected = { dev: ["2d", "5Gi"], staging: ["7d", "10Gi"], prod: ["15d", "20Gi"] } as const;
        for (const stack of stacks) {
            const [retention, size] = expected[stack];
            const { containers: [prometheus] } = (await object(stack, "Deployment", "prometheus", {}, monitoring)).spec.template.spec;
            assert.ok(prometheus.args.includes(`--storage.tsdb.retention.time=${retention}`));
            const claims = await objectNames(stack, "PersistentVolumeClaim", {}, monitoring);
            assert.deepEqual(claims, stack === "dev" ? ["prometheus-pvc"] : ["grafana-pvc", "prometheus-pvc"]);
            assert.equal((await object(stack, "PersistentVolumeClaim", "prometheus-pvc", {}, monitoring)).spec.resources.requests.storage, size);
            const { shown } = find(await aquaerp(stack), "Secret", "grafana-credentials", monitoring);
            assert.ok(JSON.stringify(shown).includes(secretMark));
        }
        assert.equal((await object("prod", "PersistentVolumeClaim", "grafana-pvc", {}, monitoring)).spec.resources.requests.storage, "5Gi");
    });

    it("A-109: continuous deployment may roll out Deployments and look at pods, and nothing else", async () => {
        for (const stack of stacks) {
            const { rules } = await object(stack, "Role", "ci-deployer");
            assert.deepEqual(rules, [
                { apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list", "watch", "patch", "update"] },
                { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
            ]);
            const { subjects } = await object(stack, "RoleBinding", "ci-deployer");
            assert.deepEqual(subjects, [{ kind: "ServiceAccount", name: "ci-deployer", namespace: "aquaerp" }]);
            assert.equal((await object(stack, "ServiceAccount", "ci-deployer")).automountServiceAccountToken, false);
        }
    });

    it("A-110: viewers see no Secrets; operators are bound to edit only where a group is named", async () => {
        for (const stack of stacks) {
            const { rules } = await object(stack, "Role", "viewer");
            assert.ok(rules.every(({ resources }: Inputs) => !resources.includes("secrets") && !resources.includes("pods/exec")));
            assert.ok(rules.every(({ verbs }: Inputs) => verbs.join() === "get,list,watch"));
            assert.deepEqual(await objectNames(stack, "RoleBinding").then(bound => bound.filter(name => ["viewer", "operator"].includes(name))), []);
        }
        const settings = { access: { viewers: ["staff"], operators: ["operations"] } };
        assert.deepEqual((await object("dev", "RoleBinding", "operator", settings)).roleRef,
            { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" });
        assert.equal((await object("dev", "RoleBinding", "viewer", settings)).subjects[0].name, "staff");
    });

    it("A-102: the stack shows how to read a pod's log", async () => {
        assert.match(JSON.stringify((await aquaerp("dev")).outputs["aquaerp"]), /kubectl logs <pod> -n aquaerp/);
    });
});
