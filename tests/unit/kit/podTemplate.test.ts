import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Container, Pod } from "../../../components/kit/pod";
import { podTemplate } from "../../../components/kit/pod";
import { execProbe, httpProbe, tcpProbe } from "../../../components/kit/probes";
import { resources } from "../../../components/kit/resources";
import { SecretKey } from "../../../components/kit/secretKey";
import type { Mount } from "../../../components/kit/volumes";
import { combinedVolume, configVolume, nodeFolder, scratch, secretFiles, templateVolume } from "../../../components/kit/volumes";
import type { Inputs } from "../../harness/mocks";

const amounts = resources("10m/16Mi", "20m/32Mi");
const bare: Container = { name: "main", image: "app:1.0", resources: amounts };
const pod: Pod = { labels: { app: "shop" }, serviceAccountName: "shop", runAs: { user: 1000 }, containers: [bare] };

const template = (more: Partial<Pod>): Inputs => podTemplate({ ...pod, ...more });
const key = (digest: string, name = "PASSWORD"): SecretKey => new SecretKey("shop", "db-secret", name, digest);
const checksums = (containers: readonly Container[], more: Partial<Pod> = {}): Promise<Record<string, string>> =>
    new Promise(resolve => { pulumi.output(template({ ...more, containers }).metadata.annotations ?? {}).apply(resolve); });

/** What a container has because of these settings, beside what every container has. */
function rendered(more: Partial<Container>): Inputs {
    const container = template({ containers: [{ ...bare, ...more }] }).spec.containers[0];
    const common = ["name", "image", "resources", "securityContext"];
    assert.deepEqual([container.name, container.image, container.resources], ["main", "app:1.0", amounts]);
    return Object.fromEntries(Object.entries(container).filter(([field]) => !common.includes(field)));
}

describe("a pod template", () => {
    it("has what every pod needs, and nothing that was not declared", () => {
        const { metadata, spec } = template({});
        assert.deepEqual(metadata, { labels: { app: "shop" } });
        assert.deepEqual(Object.keys(spec).sort(), ["automountServiceAccountToken", "containers", "enableServiceLinks",
            "securityContext", "serviceAccountName", "terminationGracePeriodSeconds"]);
        assert.deepEqual([spec.serviceAccountName, spec.terminationGracePeriodSeconds], ["shop", 30]);
        assert.deepEqual(rendered({}), { imagePullPolicy: "IfNotPresent" });
    });

    const own: readonly [Partial<Pod>, object][] = [
        [{ terminationGraceSeconds: 90 }, { terminationGracePeriodSeconds: 90 }],
        [{ restartPolicy: "Never" }, { restartPolicy: "Never" }],
        [{ priorityClassName: "high" }, { priorityClassName: "high" }],
        [{ imagePullSecrets: ["registry", "mirror"] }, { imagePullSecrets: [{ name: "registry" }, { name: "mirror" }] }],
        [{ affinity: { nodeAffinity: {} } }, { affinity: { nodeAffinity: {} } }],
        [{ tolerations: [{ operator: "Exists" }] }, { tolerations: [{ operator: "Exists" }] }],
        [{ hostNamespaces: ["network"] }, { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" }],
        [{ hostNamespaces: ["pid"] }, { hostPID: true }],
        [{ topologySpread: [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" }] },
            { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" }] }],
        [{ imagePullSecrets: [], tolerations: [], topologySpread: [], hostNamespaces: [], initContainers: [] }, {}],
    ];
    for (const [given, expected] of own) {
        it(`renders ${JSON.stringify(given)}, and changes nothing else by it`, () =>
            assert.deepEqual(template(given).spec, { ...template({}).spec, ...expected }));
    }

    const ofContainer: readonly [Partial<Container>, object][] = [
        [{ imagePullPolicy: "Always" }, { imagePullPolicy: "Always" }],
        [{ command: ["sh", "-c"], args: ["true"] }, { command: ["sh", "-c"], args: ["true"] }],
        [{ ports: { http: 80, metrics: 9100 } }, {
            ports: [{ name: "http", containerPort: 80, protocol: "TCP" }, { name: "metrics", containerPort: 9100, protocol: "TCP" }],
        }],
        [{ environment: { LEVEL: "INFO" } }, { env: [{ name: "LEVEL", value: "INFO" }] }],
        [{ environmentFrom: ["settings", { name: "files", files: {} }, key("1")] }, {
            envFrom: [{ configMapRef: { name: "settings" } }, { configMapRef: { name: "files" } }, { secretRef: { name: "db-secret" } }],
        }],
        [{ probes: { startup: httpProbe("/up", "http", { periodSeconds: 2 }) } },
            { startupProbe: { httpGet: { path: "/up", port: "http" }, periodSeconds: 2 } }],
        [{ probes: { readiness: tcpProbe(5432, { timeoutSeconds: 3 }) } },
            { readinessProbe: { tcpSocket: { port: 5432 }, timeoutSeconds: 3 } }],
        [{ probes: { liveness: execProbe(["pg_isready", "-q"], { failureThreshold: 6 }) } },
            { livenessProbe: { exec: { command: ["pg_isready", "-q"] }, failureThreshold: 6 } }],
        [{ preStopSleepSeconds: 5 }, { lifecycle: { preStop: { sleep: { seconds: 5 } } } }],
        [{ preStopSleepSeconds: 0 }, {}],
        [{ preStopCommand: ["nginx", "-s", "quit"] }, { lifecycle: { preStop: { exec: { command: ["nginx", "-s", "quit"] } } } }],
        [{ mounts: [{ volume: scratch("tmp", "16Mi"), path: "/tmp" }] }, { volumeMounts: [{ name: "tmp", mountPath: "/tmp" }] }],
        [{ mounts: [{ volume: scratch("tmp", "16Mi"), path: "/tmp", readOnly: true }] },
            { volumeMounts: [{ name: "tmp", mountPath: "/tmp", readOnly: true }] }],
        [{ mounts: [{ volume: nodeFolder("root", "/"), path: "/host", readOnly: true }] },
            { volumeMounts: [{ name: "root", mountPath: "/host", readOnly: true, recursiveReadOnly: "IfPossible" }] }],
        [{ mounts: [{ volume: nodeFolder("root", "/"), path: "/host" }] }, { volumeMounts: [{ name: "root", mountPath: "/host" }] }],
    ];
    for (const [given, expected] of ofContainer) {
        it(`renders a container's ${Object.keys(given).join(" and ")}: ${JSON.stringify(expected)}`, () =>
            assert.deepEqual(rendered(given), { imagePullPolicy: "IfNotPresent", ...expected }));
    }

    it("leaves out the volumes that a StatefulSet claims", () => {
        const claimed = { volume: templateVolume({ name: "data", size: "1Gi", storageClass: null }), path: "/data" };
        const { spec } = template({ containers: [{ ...bare, mounts: [claimed, { volume: scratch("tmp", "1Mi"), path: "/tmp" }] }] });
        assert.deepEqual(spec.volumes, [{ name: "tmp", emptyDir: { sizeLimit: "1Mi" } }]);
    });

    it("takes two descriptions of one volume that say the same, and refuses those whose content differs", () => {
        const files = (content: string): Mount[] =>
            [{ volume: configVolume("files", { name: "files", files: { "a.conf": content } }), path: "/etc/app" }];
        const two = (first: string, second: string): Inputs =>
            template({ containers: [{ ...bare, mounts: files(first) }, { ...bare, name: "other", mounts: files(second) }] });
        assert.equal(two("1", "1").spec.volumes.length, 1);
        assert.throws(() => two("1", "2"), /two different volumes are called "files"/);
    });
});

describe("what rolls a pod", () => {
    it("is the content of a ConfigMap whose keys become variables, but not one that is only named", async () => {
        const read = (content: string): Promise<Record<string, string>> =>
            checksums([{ ...bare, environmentFrom: [{ name: "settings", files: { LEVEL: content } }] }]);
        assert.notDeepEqual(await read("INFO"), await read("DEBUG"));
        assert.deepEqual(await checksums([{ ...bare, environmentFrom: ["settings"] }]), {});
        assert.deepEqual(Object.keys(await read("INFO")), ["checksum/config"]);
    });

    it("is a key of a Secret that is mounted as a file, in an init container as well", async () => {
        const mounts = (digest: string): Container => ({ ...bare, mounts: [{ volume: secretFiles("keys", { token: key(digest) }), path: "/k" }] });
        assert.notDeepEqual(await checksums([mounts("1")]), await checksums([mounts("2")]));
        assert.notDeepEqual(await checksums([bare], { initContainers: [mounts("1")] }), await checksums([bare], { initContainers: [mounts("2")] }));
        assert.deepEqual(Object.keys(await checksums([mounts("1")])), ["checksum/secrets"]);
    });

    it("is not a plain variable, nor a folder without content", async () => {
        const mounts = [{ volume: scratch("tmp", "1Mi"), path: "/tmp" }];
        assert.deepEqual(await checksums([{ ...bare, environment: { LEVEL: "INFO" }, mounts }]), {});
    });

    it("counts a key once, however many containers read it", async () => {
        const environment = { PASSWORD: key("1") };
        assert.deepEqual(await checksums([{ ...bare, environment }, { ...bare, name: "other", environment }]),
            await checksums([{ ...bare, environment }]));
    });

    it("keeps the whole Secret apart from its keys", async () => {
        const rotated = (whole: string): Container =>
            ({ ...bare, environmentFrom: [new SecretKey("shop", "db-secret", "PASSWORD", "1", whole)] });
        assert.notDeepEqual(await checksums([rotated("1")]), await checksums([rotated("2")]));
    });

    it("is any of several ConfigMaps in one folder", async () => {
        const folder = (content: string): Container => ({ ...bare, mounts: [{
            volume: combinedVolume("files", [{ name: "a", files: { "a.conf": "1" } }, { name: "b", files: { "b.conf": content } }]), path: "/etc/app",
        }] });
        assert.notDeepEqual(await checksums([folder("1")]), await checksums([folder("2")]));
    });
});
