import assert from "node:assert/strict";
import { parse } from "yaml";
import { environmentNames } from "../../components/kit/environment";
import { alertsOf } from "../../components/monitoring/prometheus/rules";
import type { Inputs, Recording } from "../harness/mocks";
import { diskLimitOf, foldersOf, podsOf } from "../harness/pods";
import { recordedOnce } from "../harness/program";

/** What a kind of discovery lists and watches. @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/ */
const resources: Readonly<Record<string, readonly string[]>> = {
    pod: ["pods"], endpointslice: ["endpointslices", "services", "pods"], node: ["nodes"],
};

/** Resources that a Prometheus may list and watch, as `namespace/resource`; `*` are all namespaces. */
function granted(of: (kind: string) => Inputs[], namespace: string, serviceAccount: string): Set<string> {
    const isSubject = ({ subjects }: Inputs): boolean => subjects.some((subject: Inputs) =>
        subject.kind === "ServiceAccount" && subject.name === serviceAccount && subject.namespace === namespace);
    const roles = new Map([...of("Role"), ...of("ClusterRole")].map(role => [`${role.metadata.namespace ?? "*"}/${role.metadata.name}`, role]));
    return new Set([...of("RoleBinding"), ...of("ClusterRoleBinding")].filter(isSubject).flatMap(({ metadata, roleRef }) => {
        const place = metadata.namespace ?? "*";
        const { rules } = roles.get(`${roleRef.kind === "Role" ? place : "*"}/${roleRef.name}`) as Inputs;
        return rules.filter(({ verbs }: Inputs) => verbs.includes("list") && verbs.includes("watch"))
            .flatMap((rule: Inputs) => (rule.resources ?? []).map((resource: string) => `${place}/${resource}`));
    }));
}

/** The CronJobs that make dumps, copy them or try them; those that only wait to be started by hand are none. */
function dumpsOf(recording: Recording): { name: string; namespace: string }[] {
    return recording.ofKind("CronJob").map(({ inputs }) => inputs)
        .filter(({ metadata: { labels }, spec }) => labels["app.kubernetes.io/component"].endsWith("-backup") && !spec.suspend)
        .map(({ metadata: { name, namespace } }) => ({ name, namespace }));
}

// Everything that a stack deploys, as what one platform gets wrong another may.
describe("the five platforms", () => {
    for (const stack of environmentNames) {
        it(`S-77 E-183: in ${stack} each Prometheus may list what its configuration tells it to find`, async () => {
            const { recording } = await recordedOnce(stack);
            const of = (kind: string): Inputs[] => recording.ofKind(kind).map(({ inputs }) => inputs);
            const configurations = of("ConfigMap").filter(({ data }) => data["prometheus.yml"] !== undefined);
            assert.ok(configurations.length > 0);
            for (const { metadata: { name, namespace }, data } of configurations) {
                const allowed = granted(of, namespace, name.replace(/-config$/, ""));
                const jobs = parse(data["prometheus.yml"]).scrape_configs as Inputs[];
                const missing = jobs.flatMap(({ job_name: job, kubernetes_sd_configs: discoveries = [] }) => discoveries
                    .flatMap(({ role, namespaces }: Inputs) => (namespaces?.names ?? ["*"]).flatMap((place: string) => (resources[role] as string[])
                        .filter(resource => !allowed.has(`${place}/${resource}`) && !allowed.has(`*/${resource}`))
                        .map(resource => `${namespace}/${name} ${job}: ${resource} in ${place}`))));
                assert.deepEqual(missing, []);
            }
        });

        it(`S-33 E-26: in ${stack} no pod is evicted before its folders are full`, async () => {
            const { recording } = await recordedOnce(stack);
            const short = podsOf(recording).filter(pods => foldersOf(pods) >= diskLimitOf(pods))
                .map(pods => `${pods.namespace}/${pods.name}: ${foldersOf(pods) / 2 ** 20}Mi of folders, ${diskLimitOf(pods) / 2 ** 20}Mi allowed`);
            assert.deepEqual(short, []);
        });

        it(`A-99 E-192 G-131 S-78 T-132 F20: in ${stack} whoever is to be called learns that a dump, or the test of one, failed or was not made`, async () => {
            const { recording } = await recordedOnce(stack);
            const alerts = recording.ofKind("ConfigMap").flatMap(({ inputs: { data } }) => Object.entries<string>(data))
                .filter(([file]) => file.endsWith(".rules.yml")).flatMap(([, content]) => alertsOf(parse(content)));
            const dumps = dumpsOf(recording);
            assert.ok(dumps.length > 0 || stack === "dev");
            const unheard = dumps.filter(({ name, namespace }) => {
                const about = alerts.filter(({ expr }) => expr.includes(`"${name}"`) && expr.includes(`"${namespace}"`)).map(({ alert }) => alert);
                return !about.some(alert => ["BackupFailed", "RestoreTestFailed"].includes(alert))
                    || !about.some(alert => ["BackupMissing", "BackupTooOld", "RestoreTestMissing"].includes(alert));
            });
            assert.deepEqual(unheard, []);
        });

        it(`T-132 G-153: in ${stack} every CronJob says whether it is suspended, so that what was set by hand is set back`, async () => {
            const { recording } = await recordedOnce(stack);
            const silent = recording.ofKind("CronJob").filter(({ inputs }) => typeof inputs.spec.suspend !== "boolean");
            assert.deepEqual(silent.map(({ name }) => name), []);
        });
    }
});
