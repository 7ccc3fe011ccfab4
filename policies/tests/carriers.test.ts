import assert from "node:assert/strict";
import { container, labels, podSpec } from "./compliant";
import type { Json } from "./compliant";
import type { Declared, Reported } from "./run";
import { runPack, unknownObject, unknownString } from "./run";

const hostile = podSpec({ hostNetwork: true });
const template = (spec: Json): Json => ({ metadata: { labels }, spec });

function hostNetwork(resource: Declared): string[] {
    const reports = runPack([resource]);
    return reports.filter(({ policy, level }) => policy === "hostNamespaces" && level === "mandatory").map(({ message }) => message);
}

const carriers: readonly (readonly [type: string, props: (spec: Json) => Json, path: string])[] = [
    ["kubernetes:core/v1:Pod", spec => ({ spec }), "spec"],
    ["kubernetes:core/v1:PodTemplate", spec => ({ template: template(spec) }), "template.spec"],
    ["kubernetes:core/v1:ReplicationController", spec => ({ spec: { template: template(spec) } }), "spec.template.spec"],
    ["kubernetes:apps/v1:Deployment", spec => ({ spec: { template: template(spec) } }), "spec.template.spec"],
    ["kubernetes:apps/v1beta2:Deployment", spec => ({ spec: { template: template(spec) } }), "spec.template.spec"],
    ["kubernetes:extensions/v1beta1:Deployment", spec => ({ spec: { template: template(spec) } }), "spec.template.spec"],
    ["kubernetes:apps/v1:StatefulSet", spec => ({ spec: { template: template(spec) } }), "spec.template.spec"],
    ["kubernetes:apps/v1:DaemonSet", spec => ({ spec: { template: template(spec) } }), "spec.template.spec"],
    ["kubernetes:apps/v1:ReplicaSet", spec => ({ spec: { template: template(spec) } }), "spec.template.spec"],
    ["kubernetes:batch/v1:Job", spec => ({ spec: { template: template(spec) } }), "spec.template.spec"],
    ["kubernetes:batch/v1:CronJob", spec => ({ spec: { jobTemplate: { spec: { template: template(spec) } } } }), "spec.jobTemplate.spec.template.spec"],
    ["kubernetes:argoproj.io/v1alpha1:Rollout", spec => ({ spec: { template: template(spec) } }), "spec.template.spec"],
    ["kubernetes:serving.knative.dev/v1:Service", spec => ({ spec: { template: template(spec) } }), "spec.template.spec"],
];

describe("Carriers of pods", () => {
    for (const [type, props, path] of carriers) {
        const withMetadata = (spec: Json): Json => ({ metadata: { name: "web" }, ...props(spec) });

        it(`finds the pod of ${type}`, () => {
            assert.deepEqual(hostNetwork({ type, props: withMetadata(podSpec()) }), []);
            const [message] = hostNetwork({ type, props: withMetadata(hostile) });
            assert.match(message ?? "", new RegExp(`  at        ${path.replaceAll(".", "\\.")}\\.hostNetwork\n`));
        });

        it(`finds the pod of ${type}Patch, and does not ask it for what it leaves out`, () => {
            const partial = { hostNetwork: true, containers: [{ name: "web", image: "nginx:1" }] };
            const reports = runPack([{ type: `${type}Patch`, props: withMetadata(partial) }]);
            assert.deepEqual(reports.filter(({ level }) => level === "mandatory").map(({ policy }) => policy), ["hostNamespaces"]);
            assert.ok(reports.some(({ policy, message }) => policy === "podSecurity" && message.includes("judged in part")));
        });

        it(`finds each pod of ${type}List`, () => {
            const items = [withMetadata(podSpec()), withMetadata(hostile)];
            const [message, ...more] = hostNetwork({ type: `${type}List`, props: { items } });
            assert.deepEqual(more, []);
            assert.match(message ?? "", new RegExp(`  at        items\\[1\\]\\.${path.replaceAll(".", "\\.")}\\.hostNetwork\n`));
        });
    }

    it("finds each kind in a List of mixed kinds", () => {
        const items = [
            { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } },
            { apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "j" }, spec: { jobTemplate: { spec: { template: template(hostile) } } } },
        ];
        const [message] = hostNetwork({ type: "kubernetes:core/v1:List", props: { items } });
        assert.match(message ?? "", /^CronJob default\/j: host namespaces \(hostNetwork=true\)\n {2}at {8}items\[1\]\.spec\.jobTemplate\.spec/);
    });

    it("knows objects of other packages, such as typed custom resources, by apiVersion and kind", () => {
        const props = { apiVersion: "example.com/v1", kind: "Runner", metadata: { name: "r" }, spec: { template: template(hostile) } };
        assert.equal(hostNetwork({ type: "crds:example/v1:Runner", props }).length, 1);
    });

    it("takes no template for a pod's that has no containers, nor a resource that is no Kubernetes object", () => {
        const application = { metadata: { name: "a" }, spec: { template: { spec: { project: "default", hostNetwork: true } } } };
        assert.deepEqual(hostNetwork({ type: "kubernetes:argoproj.io/v1alpha1:ApplicationSet", props: application }), []);
        assert.deepEqual(runPack([{ type: "pulumi:pulumi:Stack", props: {} }, { type: "random:index/randomPassword:RandomPassword", props: {} }]), []);
    });

    it("says that a Helm release cannot be looked into", () => {
        const [report, ...more] = runPack([{ type: "kubernetes:helm.sh/v3:Release", name: "db", props: { chart: "postgresql" } }]);
        assert.deepEqual(more, []);
        assert.deepEqual([report?.level, report?.policy], ["advisory", "podSecurity"]);
        assert.match(report!.message, /^Helm release db: not judged.*\n {2}fix {7}Use kubernetes\.helm\.v4\.Chart/);
    });
});

describe("Unknown values at preview", () => {
    const type = "kubernetes:apps/v1:Deployment";
    const declare = (spec: unknown): Declared => ({ type, props: { metadata: { name: "web", labels }, spec: { template: { metadata: { labels }, spec } } } });
    const of = (reports: readonly Reported[], policy: string): [string, string][] =>
        reports.filter(report => report.policy === policy).map(({ level, message }) => [level, message]);

    it("an unknown image beside :latest hides nothing and is itself reported as not judged", () => {
        const spec = podSpec({ containers: [container({ name: "a", image: unknownString }), container({ name: "b", image: "nginx:latest" })] });
        assert.deepEqual(of(runPack([declare(spec)]), "imageTag").map(([level, message]) => [level, message.split("\n")[0]]), [
            ["mandatory", 'Deployment default/web: container "b": image has the tag "latest", which moves'],
            ["advisory", "Deployment default/web: imageTag: not judged at preview, because it is known only during the update"],
        ]);
    });

    it("names the unknown field once, by the part of it that is unknown as a whole", () => {
        const spec = podSpec({ containers: [container({ securityContext: unknownObject })] });
        const reports = runPack([declare(spec)]);
        assert.deepEqual(reports.filter(({ level }) => level === "mandatory" ).map(({ policy }) => policy), ["networkPolicy"]);
        assert.deepEqual(of(reports, "privileged"), [["advisory",
            "Deployment default/web: privileged: not judged at preview, because it is known only during the update\n"
            + "  unknown   spec.template.spec.containers[0].securityContext"]]);
    });

    for (const [what, spec, path] of [
        ["an unknown pod", unknownObject, "spec.template.spec"],
        ["unknown containers", podSpec({ containers: unknownString }), "spec.template.spec.containers"],
        ["an unknown init container", podSpec({ initContainers: [unknownString] }), "spec.template.spec.initContainers[0]"],
    ] as const) {
        it(`${what} is reported once, and not by every policy`, () => {
            const reports = runPack([declare(spec)]);
            const notJudged = reports.filter(({ message }) => message.includes("not judged") && message.includes(`unknown   ${path}`));
            assert.deepEqual(notJudged.map(({ policy, level }) => [policy, level]), [["podSecurity", "advisory"]]);
        });
    }

    it("an unknown namespace is judged by the default level", () => {
        const resource = declare(podSpec({ hostPID: true }));
        const reports = runPack([{ ...resource, props: { ...resource.props, metadata: { name: "web", namespace: unknownString, labels } } }]);
        assert.match(of(reports, "hostNamespaces")[0]![1], /restricted:latest, from defaultLevel of the policy pack/);
    });
});
