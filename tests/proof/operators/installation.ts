import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../harness/cluster";
import { mustRun } from "../../harness/command";
import type { Tell } from "../../harness/live/live";
import type { RealCluster } from "../../harness/realCluster";

const build = resolve(__dirname, "../../../toolchain/operators/build.sh");

/** Operators that are built here. */
export type Operator = "prometheus" | "rabbitmq" | "postgres";

const images: Readonly<Record<Operator, readonly string[]>> = {
    prometheus: ["prometheus", "prometheus-config-reloader"], rabbitmq: ["rabbitmq"], postgres: ["postgres"],
};

/** What is installed otherwise than upstream's own files say: where those need cert-manager or the user of a published image. */
const changes: Readonly<Partial<Record<Operator, (object: KubernetesObject) => KubernetesObject[]>>> = {
    rabbitmq: object => {
        if (/^(Certificate|Issuer|(Mutating|Validating)WebhookConfiguration)$/.test(object.kind)) {
            return [];
        }
        if (object.kind === "Deployment") {
            const { spec } = object.spec.template;
            spec.securityContext = { ...spec.securityContext, runAsUser: 1000 };
            spec.volumes = [];
            spec.containers[0].volumeMounts = [];
            spec.containers[0].env.push({ name: "ENABLE_WEBHOOKS", value: "false" });
        }
        return [object];
    },
};

/** Builds operators and installs each by the file in its own module, as their documents tell a user to. */
export async function installOperators(cluster: RealCluster, operators: readonly Operator[], tell: Tell): Promise<void> {
    tell(`building ${operators.length} operators`);
    await mustRun(build, []);
    const folder = (await mustRun(build, ["--print"])).stdout.trim();
    for (const operator of operators) {
        tell(`installing the operator of ${operator}`);
        for (const image of images[operator]) {
            await cluster.command("load", join(folder, "images", `${image}.tar`));
        }
        const text = await readFile(join(folder, "installations", `${operator}.yaml`), "utf8");
        const objects = parseAllDocuments(text).map(document => document.toJS() as KubernetesObject | null)
            .filter(object => object !== null).flatMap(object => changes[operator]?.(object) ?? [object]);
        await cluster.applyOnServer(...objects.filter(({ kind }) => kind === "Namespace" || kind === "CustomResourceDefinition"));
        await cluster.mustKubectl("wait", "customresourcedefinitions", "--all", "--for=condition=Established", "--timeout=120s");
        await cluster.applyOnServer(...objects);
        const deployment = objects.find(({ kind }) => kind === "Deployment")?.metadata;
        await cluster.mustKubectl("wait", `deployment/${deployment.name}`, `--namespace=${deployment.namespace}`,
            "--for=condition=Available", "--timeout=300s");
    }
}
