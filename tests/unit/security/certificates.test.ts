import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import ts from "typescript";
import { issuerSpec } from "../../../components/security/certificateIssuers";
import { certManagerArgs } from "../../../components/security/certificates";
import { certManagerSettings } from "../../../components/security/certificateSettings";
import type { StackValues } from "../../harness/program";
import { recordAlone, recordProgram } from "../../harness/program";

const record = async (certManager: StackValues): Promise<Awaited<ReturnType<typeof recordProgram>>["recording"]> =>
    (await recordProgram("staging", { enabled: ["gauzian"], gauzian: { edge: { tls: "certManager" } }, certManager })).recording;

const component = "kubernetes-cert-manager:index:CertManager";

describe("certificates", () => {
    it("nothing is installed unless it is asked for; with an empty list an issuer of the cluster is used", async () => {
        const recording = await record({ issuers: [] });
        assert.equal(recording.ofType(component).length, 0);
        assert.equal(recording.ofKind("ClusterIssuer").length, 0);
        assert.ok(recording.ofKind("Certificate").length > 0);
    });

    it("E-129 E-241: the issuer that each stack of the shop names is created, before the certificates that name it", async () => {
        for (const [stack, name] of [["dev", "self-signed"], ["staging", "letsencrypt-staging"], ["prod", "letsencrypt-prod"]] as const) {
            const { recording } = await recordAlone(stack, "ecommerce");
            const issuers = recording.ofKind("ClusterIssuer");
            assert.deepEqual(issuers.map(({ inputs }) => inputs.metadata.name), [name]);
            const certificates = recording.ofKind("Certificate");
            assert.deepEqual([...new Set(certificates.map(({ inputs }) => inputs.spec.issuerRef.name))], [name]);
            certificates.forEach(certificate => assert.ok(recording.before(certificate).has(issuers[0]?.urn ?? ""), certificate.name));
        }
    });

    it("several platforms share an issuer, and one of another name is taken to be on the cluster", async () => {
        const issuers = async (gauzian: string): Promise<string[]> => (await recordAlone("staging", "gauzian", { edge: { tls: "certManager", issuer: gauzian } },
            { enabled: ["gauzian", "storm"] })).recording.ofKind("ClusterIssuer").map(({ inputs }) => inputs.metadata.name);
        assert.deepEqual(await issuers("letsencrypt-staging"), ["letsencrypt-staging"]);
        assert.deepEqual(await issuers("corporate"), ["letsencrypt-staging"]);
    });

    it("issuers come alone on a cluster that has cert-manager already", async () => {
        const recording = await record({ issuers: ["self-signed", "letsencrypt-staging", "letsencrypt-prod"], email: "ops@example.com" });
        assert.equal(recording.ofType(component).length, 0);
        const spec = (name: string): unknown => recording.object("ClusterIssuer", name).inputs.spec;
        assert.deepEqual(spec("self-signed"), { selfSigned: {} });
        const acme = (name: string, server: string): object => ({ acme: {
            server, email: "ops@example.com", privateKeySecretRef: { name: `${name}-account` },
            solvers: [{ http01: { ingress: { ingressClassName: "traefik" } } }],
        } });
        assert.deepEqual(spec("letsencrypt-staging"), acme("letsencrypt-staging", "https://acme-staging-v02.api.letsencrypt.org/directory"));
        assert.deepEqual(spec("letsencrypt-prod"), acme("letsencrypt-prod", "https://acme-v02.api.letsencrypt.org/directory"));
    });

    it("G-89: installed, the issuers wait for cert-manager and the certificates for their issuer", async () => {
        const recording = await record({ install: true, issuers: ["letsencrypt-staging"] });
        const [installation] = recording.ofType(component);
        assert.ok(installation);
        const issuer = recording.object("ClusterIssuer", "letsencrypt-staging");
        assert.ok(recording.before(issuer).has(installation.urn));
        assert.ok(recording.before(recording.object("Certificate", "gauzian-tls")).has(issuer.urn));
        assert.ok(recording.before(installation).has(recording.object("Namespace", "cert-manager").urn));
    });

    it("E-04: the chart has a namespace of its own; its values: CRDs, a check that the API answers, bounded containers, a pinned version", async () => {
        const recording = await record({ install: true });
        const [installation] = recording.ofType(component);
        const bounded = (cpu: string, memory: string): object => ({
            requests: { cpu: "10m", memory: "32Mi", "ephemeral-storage": "32Mi" }, limits: { cpu, memory, "ephemeral-storage": "64Mi" },
        });
        assert.deepEqual(installation?.inputs, {
            installCRDs: true,
            replicaCount: 1,
            resources: bounded("200m", "256Mi"),
            webhook: { resources: bounded("100m", "128Mi"), timeoutSeconds: 10 },
            cainjector: { resources: bounded("200m", "256Mi") },
            startupapicheck: { enabled: true, timeout: "2m", resources: bounded("100m", "128Mi") },
            prometheus: { enabled: true },
            global: { leaderElection: { namespace: "cert-manager" } },
            helmOptions: { name: "cert-manager", namespace: "cert-manager", version: "v1.21.2", atomic: true, timeout: 300 },
        });
        assert.deepEqual(recording.object("Namespace", "cert-manager").inputs.metadata.labels, {
            "app.kubernetes.io/managed-by": "pulumi", "pod-security.kubernetes.io/enforce": "restricted",
            "pod-security.kubernetes.io/audit": "restricted", "pod-security.kubernetes.io/warn": "restricted",
        });
    });

    it("an issuer without an address to write to names none", () => assert.deepEqual(
        Object.keys((issuerSpec("letsencrypt-prod", undefined) as { acme: object }).acme), ["server", "privateKeySecretRef", "solvers"]));

    it("the chart's values are of the types that the component declares", () => {
        const file = join(__dirname, "../../../components/security/certificates.ts");
        const program = ts.createProgram([file], {
            strict: true, noEmit: true, skipLibCheck: true, esModuleInterop: true,
            target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16,
        });
        assert.deepEqual(ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map(({ messageText }) => messageText), []);
        const args = certManagerArgs(certManagerSettings.parse({ version: "v1.19.2" }));
        assert.equal((args.helmOptions as { version: string }).version, "v1.19.2");
    });

    it("a stack without cert-manager does not load its package", () => {
        const script = "require('ts-node/register/transpile-only'); require('./components/security/certificateIssuers');"
            + "process.stdout.write(String(Object.keys(require.cache).some(file => file.includes('kubernetes-cert-manager'))))";
        const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: join(__dirname, "../../.."), encoding: "utf8" });
        assert.equal(stdout, "false", stderr);
    });

    it("refuses settings that cannot be", async () => {
        await assert.rejects(record({ version: "latest" }), /certManager\.version is "latest"; allowed is a version such as v1\.21\.2/);
        await assert.rejects(record({ issuers: ["letsencrypt"] }), /certManager\.issuers\[0\] is "letsencrypt"; allowed is "self-signed"/);
        await assert.rejects(record({ email: "nobody" }), /certManager\.email is "nobody"; allowed is an e-mail address/);
    });
});
