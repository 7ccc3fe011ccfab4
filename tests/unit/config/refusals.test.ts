import assert from "node:assert/strict";
import { ConfigurationError } from "../../../components/config/configurationError";
import * as catalogue from "../../../components/platforms";
import type { StackValues } from "../../harness/program";
import { loadProgramConfig } from "../../../components/platforms/deployAll";
import { configSource, loadConfig } from "../../harness/program";

const names = Object.values(catalogue).map(({ name }) => name);

function refusal(values: StackValues): ConfigurationError {
    try {
        loadConfig("dev", values);
    } catch (error) {
        assert.ok(error instanceof ConfigurationError, String(error));
        return error;
    }
    assert.fail("the configuration was accepted");
}

const image = "allowed is an image with a tag other than latest, or with a digest, such as registry.example.com/app:1.4.2";
const quantity = "allowed is a size from 256Mi to 64Ti, such as 5Gi";

/** What is wrong, and the only line that says so. */
const refusals: readonly [what: string, values: StackValues, line: string][] = [
    ["an unknown platform", { enabled: ["taskflow", "tsakflow"] },
        `platforms:enabled[1] is "tsakflow"; allowed is ${[...names, "all"].map(name => `"${name}"`).join(", ")}`],
    ["F11: no platform at all, which would remove every one", { enabled: [] },
        "platforms:enabled is []; allowed is one platform or more; make down removes a stack"],
    ["a list that is none", { enabled: 5 }, "platforms:enabled is 5; allowed is a value of type array"],
    ["an unknown environment", { environment: "production" },
        "platforms:environment is \"production\"; allowed is \"dev\", \"staging\", \"prod\""],
    ["a missing environment", { environment: undefined }, "platforms:environment is missing; allowed is \"dev\", \"staging\", \"prod\""],
    ["no replicas", { taskflow: { frontend: { replicas: 0 } } }, "platforms:taskflow.frontend.replicas is 0; allowed is 1 or more"],
    ["too many replicas", { taskflow: { frontend: { replicas: 101 } } }, "platforms:taskflow.frontend.replicas is 101; allowed is 100 or less"],
    ["half a replica", { taskflow: { frontend: { replicas: 1.5 } } }, "platforms:taskflow.frontend.replicas is 1.5; allowed is a value of type int"],
    ["no replicas for all platforms", { shared: { applicationReplicas: 0 } }, "platforms:shared.applicationReplicas is 0; allowed is 1 or more"],
    ["a size in apples", { taskflow: { postgres: { storage: "5 apples" } } }, `platforms:taskflow.postgres.storage is "5 apples"; ${quantity}`],
    ["a size of nothing", { taskflow: { postgres: { storage: "0Gi" } } }, `platforms:taskflow.postgres.storage is "0Gi"; ${quantity}`],
    ["a size without a unit of its own", { taskflow: { prometheus: { storage: 5 } } },
        "platforms:taskflow.prometheus.storage is 5; allowed is a value of type string"],
    ["an image with latest", { taskflow: { backend: { image: "taskflow-backend:latest" } } },
        `platforms:taskflow.backend.image is "taskflow-backend:latest"; ${image}`],
    ["an image without a tag", { taskflow: { redis: { image: "host:5000/redis" } } },
        `platforms:taskflow.redis.image is "host:5000/redis"; ${image}`],
    ["an unknown setting", { taskflow: { postgres: { storrage: "5Gi" } } },
        "platforms:taskflow.postgres.storrage is \"5Gi\"; there is no such setting"],
    ["an unknown shared setting", { shared: { loadTests: true } }, "platforms:shared.loadTests is true; there is no such setting"],
    ["settings that are none", { taskflow: "default" }, "platforms:taskflow is \"default\"; allowed is a value of type object"],
    ["an unknown exposure", { taskflow: { expose: "nodePort" } },
        "platforms:taskflow.expose is \"nodePort\"; allowed is \"loadBalancer\", \"ingress\""],
    ["addresses that are none", { taskflow: { loadBalancerSourceRanges: ["10.0.0.0/8", "office"] } },
        "platforms:taskflow.loadBalancerSourceRanges[1] is \"office\"; allowed is a block of IPv4 or IPv6 addresses, such as 203.0.113.0/24 or 2001:db8::/32"],
    ["an address that is none", { taskflow: { loadBalancerSourceRanges: ["999.1.1.1/8"] } },
        "platforms:taskflow.loadBalancerSourceRanges[0] is \"999.1.1.1/8\"; allowed is a block of IPv4 or IPv6 addresses, such as 203.0.113.0/24 or 2001:db8::/32"],
    ["a namespace of two labels", { storm: { namespace: "storm.chat" } },
        "platforms:storm.namespace is \"storm.chat\"; allowed are at most 63 small letters, digits and hyphens, such as shop-staging"],
    ["a request above its limit", { storm: { nats: { resources: { requests: "300m/64Mi", limits: "250m/256Mi" } } } },
        "platforms:storm.nats.resources.requests is \"300m/64Mi\"; allowed is at most the limit of 250m/256Mi"],
    ["a setting that nothing reads beside an operator", { storm: { monitoring: { operator: true, retention: "9d" } } },
        "platforms:storm.monitoring.retention is \"9d\"; allowed is to leave it away: "
        + "the Prometheus Operator of the cluster has a Prometheus and a Grafana that are set up there"],
    ["a platform in the namespace of the operator's Prometheus",
        { shared: { prometheusNamespace: "observability" }, storm: { namespace: "observability" } },
        "platforms:storm.namespace is \"observability\"; allowed is another name: "
        + "platforms:shared.prometheusNamespace has this one, which others create"],
    ["amounts that are none", { storm: { nats: { resources: { requests: "1.2.3m/5Gi", limits: "250m/256Mi" } } } },
        "platforms:storm.nats.resources.requests is \"1.2.3m/5Gi\"; allowed is cpu/memory, such as 100m/128Mi"],
    ["a collector that is no Service", { ecommerce: { tracing: "collector" } },
        "platforms:ecommerce.tracing is \"collector\"; allowed is name.namespace.svc:port, such as alertmanager.monitoring.svc:9093"],
    ["metrics of a Service without a namespace", { aquaerp: { monitoring: { certManager: "cert-manager" } } },
        "platforms:aquaerp.monitoring.certManager is \"cert-manager\"; allowed is name.namespace.svc:port, such as alertmanager.monitoring.svc:9093"],
    ["a volume on which RabbitMQ's publishers would wait for ever", { ecommerce: { rabbitmq: { storage: "1Gi" } } },
        "platforms:ecommerce.rabbitmq.storage is \"1Gi\"; allowed is 5Gi or more: with a memory limit of 2Gi publishers would wait on a smaller volume, even an empty one"],
    ["a volume too small for the streams", { storm: { nats: { streams: [{ name: "A", subjects: ["a"], maximumSize: "10Gi" }] } } },
        "platforms:storm.nats.storage is \"1Gi\"; allowed is a volume with room for all streams: they may hold 10240Mi, and it has room for 922Mi"],
    ["two platforms in one namespace", { aquaerp: { namespace: "storm" } },
        "platforms:storm.namespace is \"storm\"; allowed is another name: platforms:aquaerp.namespace has this one for itself"],
    ["a platform in the namespace of one that has no choice", { storm: { namespace: "taskflow" } },
        "platforms:storm.namespace is \"taskflow\"; allowed is another name: platforms:taskflow has this one for itself"],
    ["a platform in the ingress controller's namespace", { storm: { namespace: "traefik" } },
        "platforms:storm.namespace is \"traefik\"; allowed is another name: platforms:shared.ingressController.namespace has this one, which others create"],
    ["a platform in the namespace that platforms share", { storm: { namespace: "monitoring" } },
        "platforms:storm.namespace is \"monitoring\"; allowed is another name: platforms:ecommerce.monitoringNamespace has this one"],
    ["a namespace that every cluster has", { storm: { namespace: "kube-system" } },
        "platforms:storm.namespace is \"kube-system\"; allowed is a namespace that clusters do not have by themselves, such as shop-staging"],
    ["a namespace of 70 letters", { storm: { namespace: "a".repeat(70) } },
        `platforms:storm.namespace is "${"a".repeat(70)}"; allowed are at most 63 small letters, digits and hyphens, such as shop-staging`],
    ["a namespace to whose name that of its monitoring does not fit", { aquaerp: { namespace: "a".repeat(60) } },
        `platforms:aquaerp.namespace is "${"a".repeat(60)}"; allowed is a shorter name, or another monitoring.namespace than ${"a".repeat(60)}-monitoring, which has more than 63 letters`],
    ["memory in a unit that containers do not take here", { taskflow: { redis: { memoryLimit: "192M" } } },
        "platforms:taskflow.redis.memoryLimit is \"192M\"; allowed is an amount with Ki, Mi or Gi, such as 128Mi"],
    ["a Service of two labels", { ecommerce: { monitoring: { traefikService: "metrics.example.com" } } },
        "platforms:ecommerce.monitoring.traefikService is \"metrics.example.com\"; allowed are at most 63 small letters, digits and hyphens, such as traefik-metrics"],
    ["series for a million years", { gauzian: { monitoring: { prometheus: { retention: "1000000y" } } } },
        "platforms:gauzian.monitoring.prometheus.retention is \"1000000y\"; allowed is a number with h, d, w or y, such as 7d, and at most 10y"],
    ["names of metrics that nothing scrapes", { gauzian: { metrics: { schema: "published" }, monitoring: { operator: true } } },
        "platforms:gauzian.metrics.schema is \"published\"; allowed is documented with monitoring.operator, whose Prometheus does not scrape Redis"],
    ["a class of volumes without a name", { gauzian: { storageClass: "" } },
        "platforms:gauzian.storageClass is \"\"; allowed is a DNS name in lower case, such as shop.example.com"],
    ["an issuer twice", { certManager: { issuers: ["self-signed", "self-signed"] } },
        "platforms:certManager.issuers is [\"self-signed\",\"self-signed\"]; allowed is each issuer once"],
    ["a relay without a port", { alerting: { email: { to: ["a@example.com"], from: "a@example.com", smarthost: "a:0" } } },
        "platforms:alerting.email.smarthost is \"a:0\"; allowed is host:port, such as smtp.example.com:587"],
    ["backups for a decade", { shared: { backupRetentionDays: 4000 } }, "platforms:shared.backupRetentionDays is 4000; allowed is 3650 or less"],
    ["a host with capitals", { shared: { domain: "Example.com" } },
        "platforms:shared.domain is \"Example.com\"; allowed is a DNS name in lower case, such as shop.example.com"],
    ["T-140: more pods than the profile's maximum", { taskflow: { hpa: { minimum: 12 } } },
        "platforms:taskflow.hpa.minimum is 12; allowed is at most the profile's maximum of 10"],
    ["T-52: fewer connections than ten pods open", { taskflow: { postgres: { maximumConnections: 29 } } },
        "platforms:taskflow.postgres.maximumConnections is 29; allowed is 30 or more: 10 pods with 2 connections each and 10 in reserve"],
    ["T-52 T-140: fewer connections than fifteen pods open", { taskflow: { hpa: { profile: "aggressive" }, postgres: { maximumConnections: 39 } } },
        "platforms:taskflow.postgres.maximumConnections is 39; allowed is 40 or more: 15 pods with 2 connections each and 10 in reserve"],
    ["T-48: a memory limit below 1.4 times maxmemory", { taskflow: { redis: { memoryLimit: "128Mi" } } },
        "platforms:taskflow.redis.memoryLimit is \"128Mi\"; allowed is 180Mi or more: 1.4 times redis.maximumMemory of 128mb"],
    ["T-48: more data than the limit has room for", { taskflow: { redis: { maximumMemory: "160mb" } } },
        "platforms:taskflow.redis.memoryLimit is \"192Mi\"; allowed is 224Mi or more: 1.4 times redis.maximumMemory of 160mb"],
    ["data in a unit that Redis reads otherwise", { taskflow: { redis: { maximumMemory: "128Mi" } } },
        "platforms:taskflow.redis.maximumMemory is \"128Mi\"; allowed is a whole number of 64 or more with mb, such as 128mb"],
    ["T-94: a memory request above the limit", { taskflow: { backend: { memoryRequest: "300Mi" } } },
        "platforms:taskflow.backend.memoryRequest is \"300Mi\"; allowed is at most the limit of 256Mi"],
    ["T-126: a load test in prod", { environment: "prod", taskflow: { loadTest: { enabled: true } } },
        "platforms:taskflow.loadTest.enabled is true; allowed is false: prod runs no load tests"],
    ["T-128: the CPU burner in a load test of staging", { environment: "staging", taskflow: { loadTest: { enabled: true, stress: true } } },
        "platforms:taskflow.loadTest.stress is true; allowed is false: staging has no CPU burner"],
    ["T-76 T-84: the CPU burner for everybody in staging", { environment: "staging", taskflow: { backend: { exposeStress: true } } },
        "platforms:taskflow.backend.exposeStress is true; allowed is false: staging has no CPU burner"],
    ["T-76 T-84: the CPU burner for everybody in prod", { environment: "prod", taskflow: { backend: { exposeStress: true } } },
        "platforms:taskflow.backend.exposeStress is true; allowed is false: prod has no CPU burner"],
    ["T-06: images that only the node has in prod", { environment: "prod", taskflow: { backend: { imagePullPolicy: "Never" } } },
        "platforms:taskflow.backend.imagePullPolicy is \"Never\"; allowed is \"Always\", \"IfNotPresent\": in prod nobody puts images on the nodes"],
];

describe("configuration", () => {
    for (const [what, values, line] of refusals) {
        const [, ids, thing] = /^((?:(?:T-|F)\d+ ?)+): (.*)$/.exec(what) ?? [undefined, undefined, what];
        it(`${ids ? `${ids}: ` : ""}refuses ${thing}`, () => {
            assert.equal(refusal(values).message, [
                "the configuration has 1 error, nothing was changed:",
                `  ${line}`,
                "Mend each with: pulumi config set --path '<key>' <value>   (or edit Pulumi.<stack>.yaml)",
            ].join("\n"));
        });
    }

    it("F23: refuses a secret in a section whose settings are not kept secret, and shows nothing of it", () => {
        const source = { ...configSource({ environment: "dev", storm: { namespace: "s3cret-value" } }), isSecret: (key: string) => key === "storm" };
        assert.throws(() => loadProgramConfig(source, Object.values(catalogue)), ({ message }: Error) => {
            assert.match(message, /platforms:storm is "\[secret\]"; allowed are plain values: nothing that is set here is kept secret/);
            assert.doesNotMatch(message, /s3cret-value/);
            return true;
        });
    });

    it("F23: refuses a secret also where platforms share a setting, and shows nothing of one that is wrong in itself", () => {
        for (const [key, values] of [["shared", { domain: "S3cret Value" }], ["storm", { namespace: "S3cret Value" }]] as const) {
            const source = { ...configSource({ environment: "dev", [key]: values }), isSecret: (asked: string) => asked === key };
            assert.throws(() => loadProgramConfig(source, Object.values(catalogue)), ({ message }: Error) => {
                assert.match(message, new RegExp(`platforms:${key} is "\\[secret\\]"`));
                assert.doesNotMatch(message, /S3cret/);
                return true;
            });
        }
    });

    it("tells everything that is wrong at once, of all platforms and of what they share", () => {
        const { issues, message } = refusal({
            enabled: ["taskflow", "nothing"],
            shared: { podSecurity: "none", protectData: "yes" },
            taskflow: { postgres: { storage: "5 apples" }, frontend: { image: "nginx:latest", replicas: 0 }, hpa: { maximum: 20 } },
        });
        assert.deepEqual(new Set(issues.map(({ key }) => key)), new Set([
            "platforms:enabled[1]", "platforms:shared.podSecurity", "platforms:shared.protectData", "platforms:taskflow.postgres.storage",
            "platforms:taskflow.frontend.image", "platforms:taskflow.frontend.replicas", "platforms:taskflow.hpa.maximum",
        ]));
        assert.match(message, /^the configuration has 7 errors, nothing was changed:\n/);
    });
});
