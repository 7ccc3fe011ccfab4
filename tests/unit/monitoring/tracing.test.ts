import assert from "node:assert/strict";
import { parse } from "yaml";
import { objects, shop } from "../../harness/platforms/ecommerce";
import { objectOf, reachedFrom } from "../../harness/monitoring/shop";

describe("tracing of the shop", () => {
    it("E-204: Jaeger 2 takes OTLP on 4317 and 4318, in a pinned version of 2.15 or later", async () => {
        const { containers: [container] } = (await objectOf("dev", "Deployment", "jaeger")).spec.template.spec;
        const [, minor] = /^jaegertracing\/jaeger:2\.(\d+)\.\d+$/.exec(container.image) ?? [];
        assert.ok(Number(minor) >= 15, container.image);
        const { receivers, service } = parse((await objectOf("dev", "ConfigMap", "jaeger-config")).data["config.yaml"]);
        assert.equal(receivers.otlp.protocols.grpc.endpoint, "0.0.0.0:4317");
        assert.equal(receivers.otlp.protocols.http.endpoint, "0.0.0.0:4318");
        assert.deepEqual(service.pipelines.traces.receivers, ["otlp"]);
    });

    it("E-204: traces are in memory in dev, on a volume of 10Gi in prod", async () => {
        const storage = async (stack: "dev" | "prod"): Promise<string[]> => {
            const { extensions } = parse((await objectOf(stack, "ConfigMap", "jaeger-config")).data["config.yaml"]);
            return Object.keys(extensions.jaeger_storage.backends.traces);
        };
        assert.deepEqual(await storage("dev"), ["memory"]);
        assert.deepEqual(await storage("prod"), ["badger"]);
        assert.equal((await objectOf("prod", "PersistentVolumeClaim", "jaeger-pvc")).spec.resources.requests.storage, "10Gi");
        assert.equal((await objects("dev", "PersistentVolumeClaim", {}, "monitoring")).has("jaeger-pvc"), false);
    });

    it("E-169 E-203 E-204 E-114: every service sends its traces there under its own name, all in dev and a tenth in prod", async () => {
        for (const [stack, share] of [["dev", "1"], ["prod", "0.1"]] as const) {
            const { data } = await objectOf(stack, "ConfigMap", "global-config");
            assert.equal(data.OTEL_EXPORTER_OTLP_ENDPOINT, "http://jaeger.monitoring.svc.cluster.local:4318");
            assert.deepEqual([data.OTEL_TRACES_SAMPLER, data.OTEL_TRACES_SAMPLER_ARG], ["parentbased_traceidratio", share]);
            assert.equal((await objectOf(stack, "ConfigMap", "orders-service-config")).data.OTEL_SERVICE_NAME, "orders-service");
            for (const service of ["api-gateway", "orders-service"]) {
                assert.deepEqual(reachedFrom(await shop(stack), service)["jaeger"], [4317, 4318]);
            }
        }
    });

    it("E-195 E-164: Grafana shows them, Prometheus watches Jaeger, and its pages have no way in from outside", async () => {
        const [file] = Object.values((await objectOf("prod", "ConfigMap", "e-commerce-grafana-datasources")).data) as string[];
        const { datasources } = parse(file as string) as { datasources: { name: string; url: string }[] };
        assert.equal(datasources.find(({ name }) => name === "Jaeger")?.url, "http://jaeger.monitoring.svc.cluster.local:16686");
        const program = await shop("prod");
        assert.deepEqual(reachedFrom(program, "e-commerce-grafana")["jaeger"], [16686]);
        assert.deepEqual(reachedFrom(program, "e-commerce-prometheus")["jaeger"], [8888]);
        const callers = program.graph.edges.filter(({ to, ports }) => to.name === "jaeger" && ports.some(({ number }) => number === 16686));
        assert.deepEqual(callers.map(({ from }) => from.name), ["e-commerce-grafana"]);
    });

    it("E-203: another collector takes Jaeger's place", async () => {
        const other = { tracing: "collector.tracing.svc:4318" };
        assert.equal((await objectOf("dev", "ConfigMap", "global-config", other)).data.OTEL_EXPORTER_OTLP_ENDPOINT, "http://collector.tracing.svc:4318");
        assert.equal((await shop("dev", other)).recording.has("Deployment", "jaeger"), false);
    });
});

describe("Prometheus of the shop", () => {
    it("E-180 E-184: two servers in prod, kept apart, each with a volume of 50Gi; one elsewhere", async () => {
        const { replicas, volumeClaimTemplates, template } = (await objectOf("prod", "StatefulSet", "e-commerce-prometheus")).spec;
        assert.deepEqual([replicas, volumeClaimTemplates[0].spec.resources.requests.storage], [2, "50Gi"]);
        assert.ok(template.spec.affinity.podAntiAffinity);
        assert.equal((await objectOf("prod", "PodDisruptionBudget", "e-commerce-prometheus")).spec.maxUnavailable, 1);
        assert.equal((await objectOf("dev", "Deployment", "e-commerce-prometheus")).spec.strategy.type, "Recreate");
    });

    it("E-180 E-165: what two servers scrape is told apart, what they alert of is not", async () => {
        const { global, alerting } = parse((await objectOf("prod", "ConfigMap", "e-commerce-prometheus-config")).data["prometheus.yml"]);
        assert.equal(global.external_labels.replica, "${HOSTNAME}");
        assert.deepEqual(alerting.alert_relabel_configs, [{ regex: "replica", action: "labeldrop" }]);
        const dev = parse((await objectOf("dev", "ConfigMap", "e-commerce-prometheus-config")).data["prometheus.yml"]);
        assert.equal(dev.global.external_labels.replica, undefined);
    });

    it("E-164: it watches the Alertmanager beside it, once", async () => {
        const { scrape_configs: jobs } = parse((await objectOf("prod", "ConfigMap", "e-commerce-prometheus-config")).data["prometheus.yml"]);
        assert.equal(jobs.filter(({ job_name }: { job_name: string }) => job_name === "alertmanager").length, 1);
        assert.doesNotMatch(JSON.stringify(jobs.find(({ job_name }: { job_name: string }) => job_name === "kubernetes-pods")), /alertmanager/);
    });

    it("E-192: no two groups of its rules have one name, which Prometheus would refuse", async () => {
        for (const stack of ["dev", "prod"] as const) {
            const { groups } = parse((await objectOf(stack, "ConfigMap", "e-commerce-prometheus-config")).data["alerts.rules.yml"]);
            const names = groups.map(({ name }: { name: string }) => name);
            assert.deepEqual(names, [...new Set(names)]);
        }
    });
});
