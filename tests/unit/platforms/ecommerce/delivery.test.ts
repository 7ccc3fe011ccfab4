import assert from "node:assert/strict";
import { parse } from "yaml";
import { applicationSpec, projectSpec } from "../../../../components/platforms/ecommerce/argocd";
import type { Inputs } from "../../../harness/mocks";
import type { StackValues } from "../../../harness/program";
import { application, domains, names, object, registered, shop, stacks } from "../../../harness/platforms/ecommerce";
import { access, delivered, enlarged } from "../../../harness/platforms/ecommerceVariants";

const argocd = {
    enabled: true, namespace: "argocd", name: "e-commerce-staging", repository: "https://example.com/shop.git", revision: "main",
    path: "k8s", automated: true, renderTo: "rendered",
};

describe("e-commerce delivery", () => {
    it("E-219 E-226: Argo CD is told of the shop only where that is asked for", async () => {
        for (const stack of stacks) {
            assert.equal((await shop(stack)).recording.ofKind("Application").length, 0);
        }
        const declared = await registered("prod", "Application", "e-commerce-production", enlarged, "argocd");
        assert.equal(declared.type.includes("argoproj.io"), true);
    });

    it("E-164 E-192: where the shop is declared to Argo CD, its metrics are scraped, and half an hour out of sync is an alert where it applies", async () => {
        const configurationOf = async (settings = {}): Promise<Inputs> =>
            (await object("prod", "ConfigMap", "e-commerce-prometheus-config", settings, "monitoring")).data;
        const data = await configurationOf(delivered);
        const { scrape_configs: jobs } = parse(data["prometheus.yml"]) as Inputs;
        assert.deepEqual(jobs.find(({ job_name: name }: Inputs) => name === "argocd").static_configs, [{ targets: ["argocd-metrics.argocd.svc:8082"] }]);
        const alert = parse(data["alerts.rules.yml"]).groups.flatMap(({ rules }: Inputs) => rules)
            .find(({ alert: name }: Inputs) => name === "ArgoAppOutOfSync");
        assert.deepEqual([alert.for, alert.labels.severity], ["30m", "warning"]);
        assert.match(alert.expr, /name="e-commerce-production"/);
        const compared = (await configurationOf(enlarged))["alerts.rules.yml"];
        assert.ok(compared.includes("ArgoAppUnhealthy") && !compared.includes("ArgoAppOutOfSync"));
        assert.ok(!JSON.stringify(await configurationOf()).includes("argocd"));
    });

    it("E-227: a tag in the configuration becomes that of every service's image, and the way back is the tag before", async () => {
        for (const tag of ["1.0.1", "1.0.0"]) {
            for (const name of names) {
                const { spec } = await object("prod", "Deployment", name, { images: { tag } });
                assert.ok(spec.template.spec.containers[0].image.endsWith(`/${name}:${tag}`), spec.template.spec.containers[0].image);
            }
        }
    });

    it("E-220 E-226: an application per environment, which shows what differs from Git and applies nothing", async () => {
        for (const [stack, name, path] of [
            ["dev", "e-commerce-development", "k8s/overlays/development"],
            ["staging", "e-commerce-staging", "k8s/overlays/staging"],
            ["prod", "e-commerce-production", "k8s/overlays/production"],
        ] as const) {
            const { spec } = await object(stack, "Application", name, stack === "prod" ? enlarged : access, "argocd");
            assert.deepEqual(spec.source, { repoURL: "https://github.com/votreorg/e-commerce-back.git", targetRevision: "main", path });
            assert.deepEqual(spec.destination, { server: "https://kubernetes.default.svc", namespace: `e-commerce-${stack}` });
            assert.deepEqual(spec.syncPolicy, { syncOptions: ["CreateNamespace=false"] }, stack);
        }
    });

    it("E-221 E-222 E-223 E-239: where Argo CD delivers, it applies by hand in dev and by itself elsewhere, unless told otherwise", async () => {
        const all = { prune: true, selfHeal: true };
        for (const [stack, automated] of [["dev", undefined], ["staging", all], ["prod", all]] as const) {
            const [application] = (await shop(stack, delivered)).recording.ofKind("Application");
            assert.deepEqual(application?.inputs.spec.syncPolicy, { ...(automated && { automated }), syncOptions: ["CreateNamespace=false"] }, stack);
            assert.deepEqual(application?.inputs.spec.source.directory, { recurse: true });
        }
        const manual = applicationSpec({ delivery: "argocd", argocd: { ...argocd, automated: false } }, "shop") as Inputs;
        assert.equal(manual.syncPolicy.automated, undefined);
    });

    it("E-226: where Argo CD delivers, the services' objects are files, and all else is still this program's", async () => {
        const byProvider = async (settings: StackValues): Promise<Map<string, string>> => new Map((await shop("prod", settings)).recording.objects
            .map(({ inputs: { kind, metadata }, type, provider }) => [`${kind ?? type.split(":").at(-1)} ${metadata.namespace}/${metadata.name}`, provider]));
        const [before, now] = [await byProvider(access), await byProvider(delivered)];
        assert.deepEqual([...new Set(before.values())], ["cluster"]);
        assert.deepEqual([...now.keys()].filter(name => !before.has(name)), []);

        const files = [...now].filter(([, provider]) => provider === "ecommerce-manifests").map(([name]) => name);
        assert.ok(files.every(name => name.includes(` ${application("prod")}/`)));
        const kinds = [...new Set(files.map(name => name.split(" ")[0]))].sort();
        assert.deepEqual(kinds, ["ConfigMap", "Deployment", "HorizontalPodAutoscaler", "Job", "PodDisruptionBudget", "Service", "ServiceAccount"]);
        const named = (kind: string): string[] => files.filter(name => name.startsWith(`${kind} `)).map(name => name.split("/")[1] as string).sort();
        assert.deepEqual(named("Deployment"), [...names].sort());
        assert.deepEqual(named("ConfigMap"), ["global-config", ...names.map(name => `${name}-config`)].sort());
        assert.deepEqual(named("Job"), domains.map(domain => `${domain}-service-migrate-1.0.0`).sort());
        assert.equal(now.get("StatefulSet e-commerce-prod/redis"), "cluster");
        assert.equal(now.get("Secret e-commerce-prod/orders-service-secret"), "cluster");

        const { recording } = await shop("prod", delivered);
        const provider = recording.ofType("pulumi:providers:kubernetes").find(({ name }) => name === "ecommerce-manifests");
        assert.deepEqual([provider?.inputs.renderYamlToDirectory, provider?.inputs.kubeconfig], [delivered.argocd.renderTo, ""]);
    });

    it("E-226: Argo CD applies what migrations read, then migrations as hooks, then the services", async () => {
        const annotations = async (kind: string, name: string): Promise<Inputs> =>
            (await object("prod", kind, name, delivered)).metadata.annotations;
        const wave = "argocd.argoproj.io/sync-wave";
        const job = "orders-service-migrate-1.0.0";
        assert.deepEqual(await annotations("Job", job),
            { [wave]: "-1", "argocd.argoproj.io/hook": "Sync", "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation" });
        assert.equal((await annotations("ServiceAccount", job))[wave], "-2");
        assert.equal((await annotations("ConfigMap", "global-config"))[wave], "-2");
        assert.equal((await annotations("Deployment", "orders-service"))?.[wave], undefined);
        assert.equal((await object("prod", "ConfigMap", "global-config", access)).metadata.annotations, undefined);
    });

    it("E-226: Argo CD delivers only what it is told of and finds", async () => {
        await assert.rejects(shop("prod", { delivery: "argocd" }), /ecommerce\.argocd\.enabled is missing; allowed is true with delivery argocd/);
        await assert.rejects(shop("prod", { delivery: "argocd", argocd: { enabled: true } }), /ecommerce\.argocd\.renderTo is missing; allowed is a folder/);
    });

    it("E-224 E-225: Argo CD creates no namespace, and its project holds one repository and the shop's namespaces", () => {
        const project = projectSpec(argocd, ["shop"]) as Inputs;
        assert.deepEqual([project.sourceRepos, project.destinations, project.clusterResourceWhitelist],
            [["https://example.com/shop.git"], [{ server: "https://kubernetes.default.svc", namespace: "shop" }], []]);
        for (const delivery of ["pulumi", "argocd"] as const) {
            const { project: of, syncPolicy } = applicationSpec({ delivery, argocd }, "shop") as Inputs;
            assert.deepEqual([of, syncPolicy.syncOptions], ["e-commerce", ["CreateNamespace=false"]]);
        }
    });
});
