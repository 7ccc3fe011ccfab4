import assert from "node:assert/strict";
import { parse } from "yaml";
import { loadConfig } from "../../harness/program";
import { shop } from "../../harness/platforms/ecommerce";
import { objectOf, reachedFrom } from "../../harness/monitoring/shop";

interface Pipeline {
    readonly pipeline: {
        readonly inputs: readonly Record<string, string>[];
        readonly filters: readonly { readonly name: string }[];
        readonly outputs: readonly Record<string, string | number>[];
    };
}

const pipelineOf = async (stack: "dev" | "prod", settings = {}): Promise<Pipeline["pipeline"]> =>
    (parse((await objectOf(stack, "ConfigMap", "fluent-bit-config", settings)).data["fluent-bit.yaml"]) as Pipeline).pipeline;

describe("logs of the shop", () => {
    it("E-197 E-202: Fluent Bit runs on every node, sees its logs read-only, and has no privileges", async () => {
        const { metadata, spec: { template: { spec } } } = await objectOf("prod", "DaemonSet", "fluent-bit");
        assert.equal(metadata.namespace, "monitoring-agents");
        assert.deepEqual(spec.tolerations, [{ operator: "Exists" }]);
        const [container] = spec.containers;
        const hosts = spec.volumes.filter(({ hostPath }: { hostPath?: object }) => hostPath);
        assert.deepEqual(hosts.map(({ hostPath }: { hostPath: { path: string } }) => hostPath.path), ["/var/lib/ecommerce-fluent-bit", "/var/log"]);
        assert.equal(container.volumeMounts.find(({ mountPath }: { mountPath: string }) => mountPath === "/var/log").readOnly, true);
        assert.deepEqual(container.securityContext.capabilities, { drop: ["ALL"] });
        assert.deepEqual([spec.securityContext.runAsNonRoot, container.securityContext.readOnlyRootFilesystem], [true, true]);
        const { labels } = (await objectOf("prod", "Namespace", "monitoring-agents")).metadata;
        assert.equal(labels["pod-security.kubernetes.io/enforce"], "privileged");
    });

    it("E-197 E-198: it reads services, RabbitMQ and Traefik's access logs, and of other namespaces nothing", async () => {
        const [{ path = "" } = {}] = (await pipelineOf("prod")).inputs;
        assert.deepEqual(path.split(","), [
            "/var/log/containers/*_e-commerce-prod_*.log", "/var/log/containers/*_e-commerce-messaging_*.log",
            "/var/log/containers/traefik-*_traefik_*.log",
        ]);
    });

    it("F18: what it has not sent yet, and how far it has read, are kept on the node, in a folder that its group may write", async () => {
        const { spec } = (await objectOf("prod", "DaemonSet", "fluent-bit")).spec.template;
        const { hostPath } = spec.volumes.find(({ name }: { name: string }) => name === "buffers");
        assert.deepEqual(hostPath, { path: "/var/lib/ecommerce-fluent-bit", type: "DirectoryOrCreate" });
        const [folder] = spec.containers[0].volumeMounts.filter(({ name }: { name: string }) => name === "buffers");
        const [{ db }] = (await pipelineOf("prod")).inputs as [Record<string, string>];
        assert.ok(db?.startsWith(`${folder.mountPath}/`), `the positions lie in ${db}`);
        const [own] = spec.initContainers;
        assert.deepEqual(own.command, ["chmod", "0770", folder.mountPath]);
        assert.deepEqual([own.securityContext.runAsUser, own.securityContext.runAsNonRoot, own.securityContext.capabilities],
            [0, false, { drop: ["ALL"] }]);
        assert.equal(spec.securityContext.runAsGroup, 0);
    });

    it("E-201: secrets are taken out last, the buffer on disk has a limit, and it may read names of pods only", async () => {
        const { filters, outputs, inputs } = await pipelineOf("prod");
        assert.equal(filters.at(-1)?.name, "lua");
        assert.equal(inputs[0]?.["storage.type"], "filesystem");
        assert.equal(outputs[0]?.["storage.total_limit_size"], "256M");
        const { recording } = await shop("prod");
        assert.deepEqual(recording.object("ClusterRole", "ecommerce-fluent-bit").inputs.rules,
            [{ apiGroups: [""], resources: ["pods", "namespaces"], verbs: ["get", "list", "watch"] }]);
    });

    it("E-170 E-171 E-199: its lines go to the bridge and from there to a stream with a limit", async () => {
        for (const [stack, lines] of [["dev", 10_000], ["prod", 100_000]] as const) {
            const [output] = (await pipelineOf(stack)).outputs;
            assert.deepEqual([output?.["name"], output?.["host"], output?.["port"]], ["http", "log-bridge.monitoring.svc.cluster.local", 8080]);
            const { redis_streams: redis } = parse((await objectOf(stack, "ConfigMap", "log-bridge-config")).data["connect.yaml"]).output;
            assert.deepEqual([redis.stream, redis.max_length], [`logs:${stack}`, lines]);
            const program = await shop(stack);
            assert.deepEqual(reachedFrom(program, "fluent-bit")["log-bridge"], [8080]);
            assert.deepEqual(reachedFrom(program, "log-bridge")["redis-logs"], [6379]);
        }
    });

    it("E-69: the logs' Redis is not the shop's, and refuses lines rather than let any go", async () => {
        const [container] = (await objectOf("prod", "StatefulSet", "redis-logs")).spec.template.spec.containers;
        assert.match(JSON.stringify([container.command, container.args]), /noeviction/);
        assert.equal((await objectOf("prod", "PersistentVolumeClaim", "redis-logs-pvc")).spec.resources.requests.storage, "5Gi");
    });

    it("E-164: Prometheus finds Fluent Bit in its namespace, and may look for it there", async () => {
        const { scrape_configs: jobs } = parse((await objectOf("prod", "ConfigMap", "e-commerce-prometheus-config")).data["prometheus.yml"]);
        const job = jobs.find(({ job_name: name }: { job_name: string }) => name === "fluent-bit");
        assert.equal(job.metrics_path, "/api/v2/metrics/prometheus");
        assert.deepEqual(job.kubernetes_sd_configs, [{ role: "pod", namespaces: { names: ["monitoring-agents"] } }]);
        assert.equal((await shop("prod")).recording.ofKind("Role").filter(({ inputs: { metadata } }) =>
            metadata.namespace === "monitoring-agents" && metadata.name === "e-commerce-prometheus").length, 1);
    });

    it("E-200 E-259: Loki takes the stream's place, with neither bridge nor Redis, and Grafana shows it", async () => {
        const settings = { logging: { sink: "loki", loki: "loki.logs.svc:3100" } };
        const [output] = (await pipelineOf("dev", settings)).outputs;
        assert.deepEqual([output?.["name"], output?.["host"], output?.["port"]], ["loki", "loki.logs.svc", 3100]);
        const program = await shop("dev", settings);
        const { recording } = program;
        assert.equal(recording.has("Deployment", "log-bridge") || recording.has("Deployment", "redis-logs"), false);
        const sources = async (values = {}): Promise<string[]> => {
            const { data } = await objectOf("dev", "ConfigMap", "e-commerce-grafana-datasources", values);
            return parse(data["datasources.yaml"]).datasources.map(({ name, type, url }: Record<string, string>) => `${name} ${type} ${url}`);
        };
        assert.ok((await sources(settings)).includes("Loki loki http://loki.logs.svc:3100"));
        assert.ok(!(await sources()).some(source => source.startsWith("Loki")));
        for (const sender of ["fluent-bit", "e-commerce-grafana"]) {
            assert.deepEqual(reachedFrom(program, sender)["logs/loki"], [3100]);
        }
    });

    it("E-199: logs that go with their pods are allowed in dev only", async () => {
        const settings = { logging: { sink: "stdout-only" } };
        assert.equal((await shop("dev", settings)).recording.has("DaemonSet", "fluent-bit"), false);
        const load = (): unknown => loadConfig("prod", { enabled: ["ecommerce"], ecommerce: settings });
        assert.throws(load, /logging\.sink is "stdout-only"; allowed is "redis-streams" or "loki": in prod logs outlive their pod/);
    });
});
