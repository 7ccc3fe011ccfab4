import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../realCluster";
import type { Live } from "./live";
import { heldLabel } from "./live";
import { procFile } from "./processes";

const name = "proof-seat";

/** A pod that does nothing and from whose network namespace a program of this machine may ask a namespace's own stores. */
export class Seat {
    private constructor(private readonly live: Live, private readonly namespace: string, private readonly process_: number) {}

    /**
     * Puts the pod on a node, and lets it in everywhere in its namespace by a policy of its own.
     * @param image one that has a sleep and is on the nodes
     */
    static async take(live: Live, namespace: string, node: string, image: string, user: number): Promise<Seat> {
        const labels = { [heldLabel]: "data" };
        const port = { podSelector: { matchLabels: labels } };
        await live.cluster.apply({
            apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace },
            spec: { podSelector: { matchLabels: labels }, policyTypes: ["Egress"], egress: [{}] },
        }, {
            apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: `${name}-lets-in`, namespace },
            spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [port] }] },
        }, {
            apiVersion: "v1", kind: "Pod", metadata: { name, namespace, labels },
            spec: {
                nodeName: node, restartPolicy: "Never", terminationGracePeriodSeconds: 0, automountServiceAccountToken: false,
                securityContext: { runAsUser: user, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
                containers: [{
                    name: "seat", image, command: ["sleep", "86400"],
                    resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "50m", memory: "32Mi", "ephemeral-storage": "16Mi" } },
                    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
                }],
            },
        });
        const found = await eventually(async () => (await live.pods()).find(pod => pod.name === name && pod.namespace === namespace),
            pod => pod?.processes["seat"] !== undefined);
        const [pid] = found?.processes["seat"] ?? [];
        if (pid === undefined) {
            throw new Error(`${namespace}/${name} does not start on ${node}`);
        }
        return new Seat(live, namespace, pid);
    }

    /** Command and arguments that run a program in the pod's network, with the pod's name servers. */
    async commandOf(...program: readonly string[]): Promise<[string, string[]]> {
        const names = join(tmpdir(), `resolv.conf-${this.process_}`);
        await writeFile(names, await procFile(this.process_, "root/etc/resolv.conf"));
        const script = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"';
        return ["nsenter", [`--net=/proc/${this.process_}/ns/net`, "unshare", "--mount", "sh", "-c", script, "sh", names, ...program]];
    }

    /** Takes the pod and its policies away. */
    async leave(): Promise<void> {
        await this.live.cluster.kubectl("delete", "--namespace", this.namespace, `pod/${name}`, `networkpolicy/${name}`,
            `networkpolicy/${name}-lets-in`, "--ignore-not-found", "--now", "--wait=true");
    }
}
