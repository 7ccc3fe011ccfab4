import type * as pulumi from "@pulumi/pulumi";
import { Workload } from "../../app/workload";
import type { WorkloadNode } from "../../kit/graph";
import { images } from "../../kit/images";
import type { Container } from "../../kit/pod";
import { httpProbe, tcpProbe } from "../../kit/probes";
import { resources } from "../../kit/resources";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import { nodeFolder } from "../../kit/volumes";
import type { WorkloadJob } from "../prometheus/scrapeConfiguration";

/** Arguments of {@link NodeExporter}. */
export interface NodeExporterArgs {
    /** @default the pinned version of components/kit/images.ts */
    readonly image?: string;
    /** Port of each node, which no other process there may use: several node-exporters need several. @default 9100 */
    readonly port?: number;
}

/**
 * node-exporter on every node. It sees the node's network and its files, read-only, which only the privileged level of
 * the Pod Security Standards allows: it belongs in a namespace of its own. Its processes themselves have no privileges. A
 * disk that the node mounts later on is measured once its pod has started again: read-only as a whole is a mount only
 * without propagation.
 */
export class NodeExporter extends ScopedComponent {
    readonly node: WorkloadNode;
    /** How Prometheus finds its pods. */
    readonly job: WorkloadJob;

    constructor(name: string, scope: Scope, args: NodeExporterArgs = {}, opts?: pulumi.ComponentResourceOptions) {
        super("monitoring:NodeExporter", name, scope, opts);
        const workload = new Workload(name, scope, {
            kind: "DaemonSet",
            component: "monitoring",
            container: nodeExporterContainer(args.image ?? images.nodeExporter, args.port ?? 9100),
            metricsPort: "metrics",
            hostNamespaces: ["network"],
            tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" }],
            runAs: { user: 65534 },
        }, { parent: this });
        this.node = workload.node;
        this.job = { job: name, workload: this.node, port: "metrics", discovery: "pods" };
        this.registerOutputs({ job: name });
    }
}

/** @see https://github.com/prometheus/node_exporter#docker */
function nodeExporterContainer(image: string, port: number): Container {
    return {
        name: "node-exporter",
        image,
        args: [
            `--web.listen-address=:${port}`,
            "--path.procfs=/host/proc",
            "--path.sysfs=/host/sys",
            "--path.rootfs=/host/root",
            "--no-collector.wifi",
            "--collector.filesystem.mount-points-exclude=^/(dev|proc|sys|run|var/lib/kubelet|var/lib/containerd)($|/)",
            "--collector.netclass.ignored-devices=^(veth|cali|lxc).*$",
            "--collector.netdev.device-exclude=^(veth|cali|lxc).*$",
        ],
        ports: { metrics: port },
        resources: resources("50m/32Mi", "250m/64Mi", "16Mi"),
        probes: {
            readiness: httpProbe("/", "metrics", { periodSeconds: 10, timeoutSeconds: 3 }),
            liveness: tcpProbe("metrics", { initialDelaySeconds: 10, periodSeconds: 20, timeoutSeconds: 3 }),
        },
        mounts: [
            { volume: nodeFolder("proc", "/proc"), path: "/host/proc", readOnly: true },
            { volume: nodeFolder("sys", "/sys"), path: "/host/sys", readOnly: true },
            { volume: nodeFolder("root", "/"), path: "/host/root", readOnly: true },
        ],
    };
}
