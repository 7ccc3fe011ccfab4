import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Container, Pod } from "../../../components/kit/pod";
import { environmentVariables, podTemplate } from "../../../components/kit/pod";
import { resources } from "../../../components/kit/resources";
import { SecretKey } from "../../../components/kit/secretKey";
import { claimVolume, configVolume, scratch, secretVolume } from "../../../components/kit/volumes";
import type { Inputs } from "../../harness/mocks";

function podWith(container: Partial<Container>, pod: Partial<Pod> = {}, configuration: Record<string, unknown> = {}): Inputs {
    const main: Container = { name: "main", image: "app:1.0", resources: resources("10m/16Mi", "20m/32Mi"), ...container };
    return podTemplate({ labels: { app: "app" }, serviceAccountName: "app", runAs: { user: 1000 }, containers: [main], ...pod }, configuration);
}

const secret = (digest: pulumi.Input<string>): SecretKey => new SecretKey("shop", "db-secret", "PASSWORD", digest);
const annotation = (template: Inputs, name: string): Promise<string> =>
    new Promise(resolve => { pulumi.output(template.metadata.annotations?.[name]).apply(resolve); });

describe("environment variables", () => {
    it("stand after the references that they expand, each group in its own order", () => {
        const variables = environmentVariables({ URL: "postgres://$(PASSWORD)@db", B: "2", PASSWORD: secret("1"), A: "1", USER: secret("1") });
        assert.deepEqual(variables.map(({ name }) => name), ["PASSWORD", "USER", "URL", "B", "A"]);
        assert.deepEqual(variables[0], { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "db-secret", key: "PASSWORD" } } });
    });
});

describe("pod", () => {
    it("renders a restricted security context and mounts no token unless asked", () => {
        const { spec } = podWith({});
        assert.deepEqual(spec.securityContext, {
            runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, fsGroupChangePolicy: "OnRootMismatch",
            seccompProfile: { type: "RuntimeDefault" },
        });
        assert.deepEqual(spec.containers[0].securityContext, {
            allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, privileged: false, readOnlyRootFilesystem: true,
            runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" },
        });
        assert.equal(spec.automountServiceAccountToken, false);
        assert.equal(podWith({}, { automountToken: true }).spec.automountServiceAccountToken, true);
        assert.equal(spec.enableServiceLinks, false);
    });

    it("lets one container run as another user and a whole pod under another group", () => {
        const { spec } = podWith({ runAs: { user: 65534 } }, { runAs: { user: 70, group: 71, volumeGroup: 72 } });
        assert.equal(spec.containers[0].securityContext.runAsUser, 65534);
        assert.deepEqual([spec.securityContext.runAsUser, spec.securityContext.runAsGroup, spec.securityContext.fsGroup], [70, 71, 72]);
    });

    it("declares a volume once that several containers mount", () => {
        const mounts = [{ volume: scratch("tmp", "16Mi"), path: "/tmp" }];
        const { spec } = podWith({ mounts }, {
            initContainers: [{ name: "first", image: "app:1.0", resources: resources("1m/1Mi", "1m/1Mi"), mounts }],
        });
        assert.deepEqual(spec.volumes, [{ name: "tmp", emptyDir: { sizeLimit: "16Mi" } }]);
        assert.equal(spec.initContainers[0].volumeMounts[0].name, "tmp");
    });

    it("refuses two different volumes of one name", () => {
        const mounts = [{ volume: scratch("tmp", "16Mi"), path: "/tmp" }, { volume: scratch("tmp", "32Mi"), path: "/var/tmp" }];
        assert.throws(() => podWith({ mounts }), { message: "two different volumes are called \"tmp\"; rename one of them" });
    });

    it("mounts claims, Secret files that others cannot read, and parts of a volume read-only", () => {
        const { spec } = podWith({
            mounts: [
                { volume: claimVolume("data", "data-pvc"), path: "/data" },
                { volume: secretVolume("keys", "keys-secret", { TOKEN: "token" }), path: "/keys", subPath: "token", readOnly: true },
            ],
        });
        assert.deepEqual(spec.volumes, [
            { name: "data", persistentVolumeClaim: { claimName: "data-pvc" } },
            { name: "keys", secret: { secretName: "keys-secret", defaultMode: 0o440, items: [{ key: "TOKEN", path: "token" }] } },
        ]);
        assert.deepEqual(spec.containers[0].volumeMounts[1], { name: "keys", mountPath: "/keys", subPath: "token", readOnly: true });
    });
});

describe("checksums of a pod", () => {
    const files = (content: string): Inputs => podWith({
        mounts: [{ volume: configVolume("files", { name: "files", files: { "a.conf": content } }), path: "/etc/app" }],
    });

    it("change with a mounted ConfigMap and with variables, and only then", async () => {
        const config = (template: Inputs): Promise<string> => annotation(template, "checksum/config");
        assert.equal(await config(files("1")), await config(files("1")));
        assert.notEqual(await config(files("1")), await config(files("2")));
        assert.notEqual(await config(podWith({}, {}, { LEVEL: "INFO" })), await config(podWith({}, {}, { LEVEL: "DEBUG" })));
        assert.equal(podWith({}).metadata.annotations, undefined);
    });

    it("change with a Secret that a container refers to, by key or as a whole", async () => {
        const digests = (digest: string): Promise<string>[] => [
            annotation(podWith({ environment: { PASSWORD: secret(digest) } }), "checksum/secrets"),
            annotation(podWith({ environmentFrom: [secret(digest)] }), "checksum/secrets"),
        ];
        const [before, after] = [await Promise.all(digests("1")), await Promise.all(digests("2"))];
        before.forEach((digest, index) => assert.notEqual(digest, after[index]));
    });
});
