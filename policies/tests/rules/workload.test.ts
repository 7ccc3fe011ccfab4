import assert from "node:assert/strict";
import { isPositiveQuantity } from "../../workload/quantity";
import { container, deployment, labels, podSpec } from "../compliant";
import type { Json } from "../compliant";
import type { Declared } from "../run";
import { unknownObject, unknownString } from "../run";
import type { RuleCase } from "../ruleCase";
import { describeRule } from "../ruleCase";

const inContainer = (over: Json): Declared => deployment({ containers: [container(over)] });
const at = (...fields: readonly string[]): string[] => fields.map(field => `spec.template.spec.containers[0].${field}`);
const kindOf = (type: string, spec: Json): Declared => ({ type, name: "web", props: { metadata: { name: "web", namespace: "shop", labels }, spec } });
const job = (over: Json): Declared =>
    kindOf("kubernetes:batch/v1:Job", { template: { metadata: { labels }, spec: podSpec({ restartPolicy: "Never", containers: [container(over)] }) } });

describe("Quantities", () => {
    for (const good of ["100m", "1", "0.5", ".5", "1e3", "128Mi", "2G", "1.", "+1", 1, "1E", "3n"]) {
        it(`${JSON.stringify(good)} is above 0`, () => assert.ok(isPositiveQuantity(good)));
    }
    for (const bad of ["0", "0m", "-1", "", "lots", "1mb", "5 Gi", null, {}, "1MiB"]) {
        it(`${JSON.stringify(bad)} is not a quantity above 0`, () => assert.ok(!isPositiveQuantity(bad)));
    }
});

describeRule("cpuAndMemory", [
    { that: "requests and limits", program: [inContainer({})] },
    {
        that: "a missing limit", program: [inContainer({ resources: { limits: { cpu: undefined } } })],
        refused: ["Deployment shop/web: containers without resources.limits.cpu"], at: at("resources.limits.cpu"),
    },
    {
        that: "no resources, in init containers too",
        program: [deployment({ initContainers: [container({ name: "i", resources: undefined })] })],
        refused: ["Deployment shop/web: containers without resources.requests.cpu, resources.requests.memory, resources.limits.cpu, resources.limits.memory"],
        at: ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"].map(field => `spec.template.spec.initContainers[0].resources.${field}`),
    },
    {
        that: "zero and what is no quantity", program: [inContainer({ resources: { requests: { cpu: "0" }, limits: { memory: "lots" } } })],
        refused: ["Deployment shop/web: containers without resources.requests.cpu, resources.limits.memory"],
    },
    { that: "ephemeral containers, which cannot have resources", program: [deployment({ ephemeralContainers: [{ name: "e", image: "a:1" }] })] },
    {
        that: "resources of the whole pod",
        program: [deployment({
            resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } },
            containers: [container({ resources: undefined })],
        })],
    },
    {
        that: "an unknown limit beside a missing one", program: [inContainer({ resources: { limits: { cpu: unknownString, memory: undefined } } })],
        refused: ["Deployment shop/web: containers without resources.limits.memory"], notJudged: at("resources.limits.cpu"),
    },
    { that: "no limits, when the config asks for requests only", program: [inContainer({ resources: { limits: undefined } })], settings: { kinds: ["requests"] } },
]);

describeRule("ephemeralStorage", [
    { that: "requests and limits", program: [inContainer({})] },
    {
        that: "no limit", program: [inContainer({ resources: { limits: { "ephemeral-storage": undefined } } })],
        refused: ['Deployment shop/web: containers without resources.limits["ephemeral-storage"]'], at: at('resources.limits["ephemeral-storage"]'),
    },
]);

const probe = { httpGet: { path: "/", port: 80 } };
describeRule("probes", [
    { that: "two different probes", program: [inContainer({})] },
    { that: "the same question with another patience", program: [inContainer({ readinessProbe: probe, livenessProbe: { ...probe, failureThreshold: 10 } })] },
    {
        that: "no probe", program: [inContainer({ readinessProbe: undefined, livenessProbe: undefined })],
        refused: ['Deployment shop/web: container "web" has no readinessProbe and no livenessProbe'], at: at("readinessProbe", "livenessProbe"),
    },
    {
        that: "the same probe twice", program: [inContainer({ readinessProbe: probe, livenessProbe: structuredClone(probe) })],
        refused: ['Deployment shop/web: container "web" has the same readiness and liveness probe, so it is restarted when it should only wait'],
        at: at("livenessProbe"),
    },
    { that: "a Job without probes", program: [job({ readinessProbe: undefined, livenessProbe: undefined })] },
    { that: "a bare Pod that ends, without probes", program: [kindOf("kubernetes:core/v1:Pod", podSpec({
        restartPolicy: "OnFailure", containers: [container({ readinessProbe: undefined, livenessProbe: undefined })],
    }))] },
    { that: "init and ephemeral containers without probes", program: [deployment({
        initContainers: [container({ name: "i", readinessProbe: undefined, livenessProbe: undefined })], ephemeralContainers: [{ name: "e", image: "a:1" }],
    })] },
    { that: "an unknown probe, which is not judged", program: [inContainer({ livenessProbe: unknownObject })], notJudged: at("livenessProbe") },
    {
        that: "a missing startup probe by config", program: [inContainer({})], settings: { required: ["startupProbe"] },
        refused: ['Deployment shop/web: container "web" has no startupProbe'],
    },
]);

const automount = "spec.template.spec.automountServiceAccountToken";
const account = (name: string, automountServiceAccountToken: boolean): Declared => ({
    type: "kubernetes:core/v1:ServiceAccount", name: "account", props: { metadata: { name, namespace: "shop" }, automountServiceAccountToken },
});
describeRule("serviceAccountToken", [
    { that: "a pod without token", program: [deployment()] },
    { that: "a token that is declared, of an account of its own", program: [deployment({ automountServiceAccountToken: true, serviceAccountName: "web" })] },
    {
        that: "silence", program: [deployment({ automountServiceAccountToken: undefined })],
        refused: ["Deployment shop/web: a token for the API server is mounted without being asked for"], at: [automount],
    },
    ...[undefined, "web"].map((serviceAccountName): RuleCase => ({
        that: `silence where the account ${serviceAccountName ?? "default"} forbids it`,
        program: [account(serviceAccountName ?? "default", false), deployment({ automountServiceAccountToken: undefined, serviceAccountName })],
    })),
    ...[
        account("web", true), account("other", false), { ...account("web", false), provider: { urn: "elsewhere" } },
        { ...account("web", false), props: { metadata: { name: "web", namespace: "other" }, automountServiceAccountToken: false } },
    ].map((other, index): RuleCase => ({
        that: `silence beside an account that does not forbid it (${index})`,
        program: [other, deployment({ automountServiceAccountToken: undefined, serviceAccountName: "web" })],
        refused: ["Deployment shop/web: a token for the API server is mounted without being asked for"], at: [automount],
    })),
    {
        that: "a token that the account forbids and the pod asks for", program: [account("default", false), deployment({ automountServiceAccountToken: true })],
        refused: ["Deployment shop/web: a token of the default ServiceAccount is mounted"],
    },
    ...[undefined, "default", ""].map(serviceAccountName => ({
        that: `a token of the account ${JSON.stringify(serviceAccountName)}`, program: [deployment({ automountServiceAccountToken: true, serviceAccountName })],
        refused: ["Deployment shop/web: a token of the default ServiceAccount is mounted"], at: ["spec.template.spec.serviceAccountName"],
    })),
    { that: "an unknown switch, which is not judged", program: [deployment({ automountServiceAccountToken: unknownString })], notJudged: [automount] },
]);

const missing = (where: string): string => `${where}["app.kubernetes.io/component"]`;
describeRule("recommendedLabels", [
    { that: "all of them", program: [deployment()] },
    {
        that: "a missing one, on the workload or on its pods",
        program: [deployment({}, { metadata: { labels: { "app.kubernetes.io/component": undefined } } }),
            { ...deployment({}, { spec: { template: { metadata: { labels: { "app.kubernetes.io/component": "" } } } } }), name: "other" }],
        refused: Array<string>(2).fill("Deployment shop/web: labels are missing: app.kubernetes.io/component"),
        at: [missing("metadata.labels"), missing("spec.template.metadata.labels")],
    },
    {
        that: "a Pod once", program: [{ type: "kubernetes:core/v1:Pod", name: "p", props: { metadata: { name: "p" }, spec: podSpec() } }],
        settings: { required: ["team"] }, refused: ["Pod default/p: labels are missing: team"], at: ["metadata.labels.team"],
    },
    {
        that: "an unknown label, which is not judged", program: [deployment({}, { metadata: { labels: { "app.kubernetes.io/component": unknownString } } })],
        notJudged: [missing("metadata.labels")],
    },
]);
