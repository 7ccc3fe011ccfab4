import type { KubernetesObject } from "../../harness/cluster";
import type { Edge } from "../../harness/live/edge";
import type { Live } from "../../harness/live/live";
import { eventually } from "../../harness/realCluster";
import type { RoutingRule } from "../../harness/live/routingRules";
import { serving } from "../../harness/live/routingRules";

const issuing = (now: string): object => ({
    status: { conditions: [{ type: "Issuing", status: "True", reason: "ManuallyTriggered", message: "renewed while requests run", lastTransitionTime: now }] },
});

/** Renews the certificate of each host while it is asked for; every request must be answered, under the old one or the new one. */
export async function renewed(
    live: Live, edge: Edge, hosts: readonly string[], rules: readonly RoutingRule[],
): Promise<{ faults: string[]; summary: string }> {
    const faults: string[] = [];
    const certificates = (await live.cluster.list("certificates")).filter(({ metadata }) => metadata.namespace !== "cert-manager");
    const stores = await live.cluster.list("tlsstores");
    let count = 0, requests = 0;
    for (const { metadata: { namespace, name }, spec } of certificates) {
        // Traefik's own certificate names all hosts; it is shown where no other one is.
        const isDefault = stores.some(store => store.metadata.namespace === namespace);
        const host = (spec.dnsNames as string[]).find(candidate => hosts.includes(candidate) && (!isDefault
            || !certificates.some(other => other.metadata.name !== name && other.spec.dnsNames.includes(candidate))));
        const path = ["/", "/renewed"].find(candidate => host !== undefined && serving(rules, "websecure", host, candidate)) ?? "/";
        if (host === undefined) {
            continue;
        }
        const serial = async (): Promise<string | undefined> => (await edge.ask([{ host, path }]))[0]?.serial;
        const before = await serial();
        let after: string | undefined;
        const { serials, failures } = await edge.during({ host, path }, async () => {
            const current = await live.cluster.mustKubectl("get", "certificate", "--namespace", namespace, name, "--output=json");
            const kept = (JSON.parse(current).status.conditions as KubernetesObject[]).filter(({ type }) => type !== "Issuing");
            const patch = issuing(new Date().toISOString()) as { status: { conditions: object[] } };
            await live.cluster.mustKubectl("patch", "certificate", "--namespace", namespace, name, "--subresource=status", "--type=merge",
                "--patch", JSON.stringify({ status: { conditions: [...kept, ...patch.status.conditions] } }));
            after = await eventually(serial, found => found !== undefined && found !== before);
        });
        count += 1;
        requests += Object.values(serials).reduce((sum, number) => sum + number, 0);
        if (after === before || before === undefined) {
            faults.push(`${host} still has its old certificate ${before}`);
        }
        if (failures.length > 0) {
            faults.push(`${failures.length} requests to ${host} failed while its certificate was renewed: ${[...new Set(failures)].join(", ")}`);
        }
    }
    return { faults, summary: `${count} certificates renewed under ${requests} requests` };
}
