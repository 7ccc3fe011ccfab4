import assert from "node:assert/strict";
import { parseQuantity } from "../../../../components/kit/quantity";
import { parseImage } from "../../../../components/kit/images";
import { allContainers, containersOf, podsOf } from "../../../harness/pods";
import { container, object, services, stacks, storm } from "../../../harness/platforms/storm";

const everything = { notification: { enabled: true }, access: { viewers: ["chat-support"], operators: ["chat-operators"] } };

describe("Storm's objects", () => {
    it("S-01 S-02: all of them lie in one namespace, whose name is a setting", async () => {
        for (const stack of stacks) {
            for (const { name, inputs, type } of (await storm(stack)).recording.objects) {
                const outside = ["Namespace", "ClusterRole", "ClusterRoleBinding", "ClusterIssuer"].some(kind => type.endsWith(`:${kind}`));
                assert.equal(inputs.metadata.namespace, outside ? undefined : "storm", `${type} ${name}`);
            }
            assert.equal((await storm(stack)).recording.has("Namespace", "storm"), true);
        }
        const { recording } = await storm("dev", { namespace: "storm-dev" });
        assert.equal(recording.object("Deployment", "gateway-service").inputs.metadata.namespace, "storm-dev");
    });

    it("S-06 S-105: everything of the document's base folder exists in every stack", async () => {
        const expected = [
            "Namespace storm", "Secret postgres-credentials-user", "Secret postgres-credentials-message", "Secret minio-credentials",
            "StatefulSet postgres-user", "StatefulSet postgres-message", "StatefulSet nats", "Deployment redis", "StatefulSet minio",
            ...services.map(name => `Deployment ${name}`), "Service postgres-user", "Service postgres-message", "Service nats",
            "Service redis", "Service minio", ...services.map(name => `Service ${name}`),
        ];
        for (const stack of stacks) {
            const found = (await storm(stack)).recording.objects.map(({ type, inputs }) => `${type.split(":").pop()} ${inputs.metadata.name}`);
            assert.deepEqual(expected.filter(item => !found.includes(item)), [], stack);
        }
    });

    it("S-07: every object is part of storm, and pods carry the name of their workload", async () => {
        for (const stack of stacks) {
            const { recording } = await storm(stack, everything);
            // An issuer belongs to all platforms that name it.
            for (const { type, name, inputs } of recording.objects.filter(({ inputs: { kind } }) => kind !== "ClusterIssuer")) {
                assert.equal(inputs.metadata.labels?.["app.kubernetes.io/part-of"], "storm", `${type} ${name}`);
            }
            for (const { name, template } of podsOf(recording)) {
                assert.equal(template.metadata.labels["app"], name);
            }
        }
    });

    it("S-08 S-112: no image is untagged or latest, and the settings refuse such a one", async () => {
        for (const stack of stacks) {
            for (const [name, { image }] of allContainers((await storm(stack, everything)).recording)) {
                const { tag } = parseImage(image);
                assert.ok(tag && tag !== "latest", `${name} runs ${image}`);
            }
        }
        for (const image of ["storm/gateway-service", "storm/gateway-service:latest"]) {
            await assert.rejects(storm("dev", { gateway: { image } }), /gateway\.image is ".*"; allowed is an image with a tag other than latest/);
        }
    });

    it("S-08 S-96: a stack can demand digests of the services' images", async () => {
        const requireDigest = { images: { requireDigest: true } };
        await assert.rejects(storm("prod", requireDigest), /gateway\.image is missing; allowed is an image with a digest/);
        const image = `storm/gateway-service:0.2.0@sha256:${"a".repeat(64)}`;
        assert.equal((await container("prod", "gateway-service", { gateway: { image } })).image, `registry.example.com/${image}`);
    });

    it("S-81: every workload has a ServiceAccount of its own without roles or token, but for monitoring", async () => {
        for (const stack of stacks) {
            const { recording } = await storm(stack, everything);
            const all = podsOf(recording);
            const accounts = all.map(({ template }) => template.spec.serviceAccountName);
            assert.equal(new Set(accounts).size, accounts.length);
            const mounted = all.filter(({ template }) => template.spec.automountServiceAccountToken !== false).map(({ name }) => name);
            assert.deepEqual(mounted.sort(), stack === "dev" ? [] : ["kube-state-metrics", "prometheus"]);
            const bound = recording.ofKind("RoleBinding").flatMap(({ inputs }) => inputs.subjects)
                .filter(({ kind }) => kind === "ServiceAccount").map(({ name }) => name);
            assert.deepEqual(bound.filter(name => !["prometheus", "kube-state-metrics"].includes(name)), []);
        }
    });

    it("S-82 S-97: the namespaces enforce the restricted standard, which all pods meet with a read-only root", async () => {
        for (const stack of stacks) {
            const { labels } = (await object(stack, "Namespace", "storm")).metadata;
            assert.equal(labels["pod-security.kubernetes.io/enforce"], "restricted");
            for (const rendered of podsOf((await storm(stack, everything)).recording)) {
                for (const { name, securityContext } of containersOf(rendered)) {
                    const { runAsUser, ...rest } = securityContext;
                    assert.deepEqual(rest, {
                        allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, privileged: false, readOnlyRootFilesystem: true,
                        runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" },
                    }, `${rendered.name}/${name}`);
                    assert.ok(runAsUser > 0, `${rendered.name}/${name}`);
                }
            }
        }
        const { labels } = (await object("dev", "Namespace", "storm", { podSecurity: "baseline" })).metadata;
        assert.equal(labels["pod-security.kubernetes.io/enforce"], "baseline");
    });

    it("S-82: Go services run as 65532, user-service as 1000, each with a writable /tmp; the user is a setting", async () => {
        for (const name of services) {
            const rendered = await container("prod", name);
            assert.equal(rendered.securityContext.runAsUser, name === "user-service" ? 1000 : 65532);
            assert.deepEqual(rendered.volumeMounts.map(({ mountPath }) => mountPath), ["/tmp"]);
        }
        assert.equal((await container("prod", "gateway-service", { gateway: { runAsUser: 2000 } })).securityContext.runAsUser, 2000);
    });

    it("S-83: every container has its four values, and the quota holds all pods at their greatest number and one more of each", async () => {
        for (const stack of stacks) {
            const { recording, graph } = await storm(stack);
            for (const [name, { resources: { requests, limits } }] of allContainers(recording)) {
                assert.ok(requests["cpu"] && requests["memory"] && limits["cpu"] && limits["memory"], name);
            }
            const { hard } = recording.object("ResourceQuota", "quota").inputs.spec;
            const memory = graph.workloads.reduce((sum, { capacity: { containers, maximumPods } }) =>
                sum + maximumPods * containers.reduce((total, { requests }) => total + parseQuantity(requests.memory), 0), 0);
            assert.ok(parseQuantity(hard["requests.memory"]) >= memory);
            assert.ok(Number(hard.pods) >= graph.workloads.reduce((sum, { capacity }) => sum + capacity.maximumPods, 0));
            assert.equal(recording.has("LimitRange", "limits"), true);
        }
        const gateway = (await storm("prod")).graph.workloads.find(({ name }) => name === "gateway-service");
        assert.equal(gateway?.capacity.maximumPods, 7);
    });

    it("S-84: people get no role by default; groups of the settings may view or edit", async () => {
        const bindings = async (settings = {}) => (await storm("prod", settings)).recording.ofKind("RoleBinding")
            .filter(({ inputs }) => inputs.subjects.some(({ kind }: { kind: string }) => kind === "Group"))
            .map(({ inputs: { roleRef, subjects } }) => `${roleRef.name} ${subjects.map(({ name }: { name: string }) => name)}`).sort();
        assert.deepEqual(await bindings(), []);
        assert.deepEqual(await bindings(everything), ["edit chat-operators", "view chat-support"]);
    });

    it("S-41 S-51 S-33: what serves development only is refused elsewhere, with key, value and what is allowed", async () => {
        const settings = { media: { useRootCredentials: true }, images: { pullPolicy: "Never" } };
        for (const stack of ["staging", "prod"] as const) {
            await assert.rejects(storm(stack, settings), (error: Error) => {
                assert.match(error.message, /platforms:storm\.media\.useRootCredentials is true; allowed is false/);
                assert.match(error.message, /platforms:storm\.images\.pullPolicy is "Never"; allowed is "Always", "IfNotPresent"/);
                return true;
            });
        }
        assert.ok((await storm("dev", settings)).recording.objects.length > 0);
    });
});
