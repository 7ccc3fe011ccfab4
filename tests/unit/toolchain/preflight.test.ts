import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { CommandResult } from "../../harness/command";
import { run } from "../../harness/command";

const program = resolve(__dirname, "../../../toolchain/preflight/preflight.mjs");

const objects = [
    { apiVersion: "v1", kind: "Namespace", metadata: { labels: { "pod-security.kubernetes.io/enforce-version": "v1.35" } } },
    { apiVersion: "traefik.io/v1alpha1", kind: "Middleware", spec: {} },
    { apiVersion: "cert-manager.io/v1", kind: "Certificate", spec: {} },
    { apiVersion: "v1", kind: "PersistentVolumeClaim", spec: {} },
    { apiVersion: "apps/v1", kind: "StatefulSet", spec: { volumeClaimTemplates: [{ spec: { storageClassName: "fast" } }] } },
    { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", spec: {} },
    { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", spec: { egress: [
        { ports: [{ port: 443 }, { port: 6443 }] }, { to: [{ ipBlock: { cidr: "169.254.20.10/32" } }], ports: [{ port: 53 }] },
    ] } },
];

const whole = {
    groups: ["apps/v1", "traefik.io/v1alpha1", "cert-manager.io/v1", "metrics.k8s.io/v1beta1"],
    classes: [["standard", true, true], ["fast", false, true]] as readonly (readonly [string, boolean, boolean])[],
    issuers: [] as readonly object[], port: 6443, dns: true, cache: false, minor: "35+",
};

describe("Look at a cluster before anything is changed", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "preflight-"));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    function look(differs: Partial<typeof whole> = {}, more: readonly object[] = []): Promise<CommandResult> {
        const { groups, classes, issuers, port, dns, cache, minor } = { ...whole, ...differs };
        const answers = {
            "version": JSON.stringify({ serverVersion: { major: "1", minor } }),
            "api-versions": groups.join("\n"),
            "get storageclasses": JSON.stringify({ items: classes.map(([name, isDefault, allowVolumeExpansion]) =>
                ({ metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": String(isDefault) } }, allowVolumeExpansion })) }),
            "get clusterissuers": JSON.stringify({ items: issuers }),
            "get endpointslices": JSON.stringify({ items: [{ ports: [{ port }] }] }),
            "get pods": JSON.stringify({ items: dns ? [{}] : [] }),
            "get daemonset": cache ? JSON.stringify({ metadata: {} }) : "",
            "get service": JSON.stringify({ spec: { clusterIP: "10.96.0.10" } }),
        };
        const cases = Object.entries(answers).map(([asked, answer]) => `"${asked}"*) cat <<'END'\n${answer}\nEND\n;;`);
        writeFileSync(join(folder, "kubectl"), `#!/bin/sh\ncase "$*" in\n${cases.join("\n")}\n*) exit 1;;\nesac\n`, { mode: 0o755 });
        const steps = [...objects.map(inputs => ({ newState: { type: "kubernetes:x:X", inputs } })), ...more];
        return run(process.execPath, [program], { input: JSON.stringify({ steps }), environment: { PATH: `${folder}:/usr/bin:/bin` } });
    }

    it("finds nothing missing where all is there", async () => {
        const { code, stdout, stderr } = await look();
        assert.deepEqual([code, stdout, stderr], [0, "", ""]);
    });

    it("F14: names the API server's port that no policy opens, and the setting", async () => {
        const { code, stdout } = await look({ port: 16_443 });
        assert.equal(code, 1);
        assert.match(stdout, /^missing: the API server listens on port 16443, .*shared\.apiServerPorts\[1\]' 16443\n$/);
    });

    it("E-07: names a server that is older than shared.minKubernetesVersion", async () => {
        const { code, stdout } = await look({ minor: "34" });
        assert.deepEqual([code, stdout], [1,
            "missing: the server is Kubernetes 1.34, and shared.minKubernetesVersion is 1.35; upgrade the cluster, or lower the setting\n"]);
        assert.equal((await look({ minor: "37" })).code, 0);
    });

    it("names definitions that are missing and who brings them, but for those that the program installs", async () => {
        const { code, stdout } = await look({ groups: ["metrics.k8s.io/v1beta1"] });
        assert.equal(code, 1);
        assert.deepEqual(stdout.trim().split("\n").map(line => /^missing: the cluster has no (\S+),/.exec(line)?.[1]), ["cert-manager.io", "traefik.io"]);
        const chart = { newState: { type: "kubernetes-cert-manager:index:x", inputs: { chart: "cert-manager" } } };
        assert.doesNotMatch((await look({ groups: [] }, [chart])).stdout, /no cert-manager\.io/);
    });

    it("F3: names storage classes that are missing, and says of one that it cannot grow", async () => {
        const { code, stdout } = await look({ classes: [["slow", false, true]] });
        assert.equal(code, 1);
        assert.match(stdout, /missing: the cluster has no default storage class, which 1 volumes/);
        assert.match(stdout, /missing: the cluster has no storage class "fast"; it has slow/);
        const rigid = await look({ classes: [["standard", true, false], ["fast", false, true]] });
        assert.deepEqual([rigid.code, rigid.stdout], [0, "warning: volumes of the storage class standard cannot grow: it has no allowVolumeExpansion\n"]);
    });

    it("F13: says what kind of name service needs a setting, and that autoscalers see nothing", async () => {
        const { code, stdout } = await look({ cache: true, dns: false, groups: whole.groups.slice(0, 3) });
        assert.equal(code, 0);
        assert.match(stdout, /warning: NodeLocal DNSCache runs here; .*169\.254\.20\.10\/32 and 10\.96\.0\.10\/32/);
        assert.match(stdout, /warning: the cluster has no metrics API/);
        assert.match((await look({ dns: false })).stdout, /warning: no pods of a name service are known/);
    });

    it("E-129: names issuers that are asked for and missing, and those of others that would be written over", async () => {
        const asked = (name: string): object => ({ newState: { type: "kubernetes:x:Certificate", inputs: {
            apiVersion: "cert-manager.io/v1", kind: "Certificate", metadata: { namespace: "shop", name: "tls" },
            spec: { issuerRef: { kind: "ClusterIssuer", name } },
        } } });
        const ingress = { newState: { type: "kubernetes:x:Ingress", inputs: {
            apiVersion: "networking.k8s.io/v1", kind: "Ingress", spec: {},
            metadata: { namespace: "shop", name: "web", annotations: { "cert-manager.io/cluster-issuer": "corporate" } },
        } } };
        const made = (op: string, email?: string): object => ({ op, newState: { type: "kubernetes:x:ClusterIssuer", inputs: {
            apiVersion: "cert-manager.io/v1", kind: "ClusterIssuer", metadata: { name: "letsencrypt-prod" }, spec: { acme: { email } },
        } } });
        const others = { metadata: { name: "letsencrypt-prod" } };
        const ours = { metadata: { name: "letsencrypt-prod", labels: { "app.kubernetes.io/managed-by": "pulumi" } } };

        const missing = await look({}, [asked("letsencrypt-prod"), ingress]);
        assert.equal(missing.code, 1);
        assert.match(missing.stdout, /missing: the cluster has no ClusterIssuer letsencrypt-prod, which Certificate shop\/tls asks for/);
        assert.match(missing.stdout, /missing: the cluster has no ClusterIssuer corporate, which Ingress shop\/web asks for/);
        assert.deepEqual((await look({ issuers: [others] }, [asked("letsencrypt-prod")])).stdout, "");
        const written = await look({ issuers: [others] }, [made("create", "a@example.com")]);
        assert.match(written.stdout, /^missing: .* a ClusterIssuer letsencrypt-prod already, .*certManager has the line issuers: \[\]\n$/);
        for (const [issuers, op] of [[[ours], "create"], [[others], "same"], [[], "create"]] as const) {
            assert.deepEqual((await look({ issuers }, [asked("letsencrypt-prod"), made(op, "a@example.com")])).stdout, "", op);
        }
        const nobody = await look({}, [made("create")]);
        assert.deepEqual([nobody.code, nobody.stdout], [0, "warning: letsencrypt-prod orders certificates for an account without an e-mail address; "
            + "pulumi config set --path certManager.email operators@example.com\n"]);
        assert.doesNotMatch((await look({ groups: ["traefik.io/v1alpha1"] }, [asked("letsencrypt-prod")])).stdout, /ClusterIssuer/);
    });

    it("ends 2 where it cannot tell", async () => {
        writeFileSync(join(folder, "kubectl"), "#!/bin/sh\necho refused >&2; exit 1\n", { mode: 0o755 });
        const { code, stderr } = await run(process.execPath, [program], { input: "{}", environment: { PATH: `${folder}:/usr/bin:/bin` } });
        assert.equal(code, 2);
        assert.match(stderr, /could not be looked at: refused/);
    });
});
