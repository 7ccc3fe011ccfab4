import type { Behind } from "./survey";

/** Versions that stay behind on purpose. */
export interface Held {
    /** Packages, modules and images that stay. */
    readonly names: readonly (string | RegExp)[];
    /** Folder of the files in which this holds; default: everywhere. */
    readonly below?: string;
    readonly why: string;
}

/** What stays behind, and why; docs/versions.md gives the same reasons beside the versions. */
export const held: readonly Held[] = [
    {
        names: ["@pulumi/kubernetes", /^github\.com\/pulumi\/pulumi-kubernetes\//],
        why: "The provider must be of the same version, and the newest that Go's module proxy serves is 4.25.",
    },
    {
        names: [/^github\.com\/pulumi\/pulumi\//], below: "toolchain/engine/provider-random",
        why: "What pulumi-terraform-bridge is built with.",
    },
    { names: ["typescript"], why: "Pulumi takes none from 7 on, typescript-eslint none from 6.1 on." },
    { names: ["@types/node"], why: "Types of the oldest Node.js that package.json allows." },
    { names: ["html-validate"], why: "The last line that runs on Node.js 22.12." },
    { names: ["google-protobuf"], why: "What @pulumi/pulumi asks for; the tests write its messages." },
    { names: [/^node-linux-/], why: "Supported until 2028-04-30; the workflows run on the same line." },
    {
        names: ["@prometheus-io/lezer-promql", "github.com/prometheus/prometheus", "prom/prometheus"],
        why: "Of the long-term line that is deployed.",
    },
    {
        names: [/^k8s\.io\//],
        why: "Supported until 2027-06-28; policies and API defaults are compared with 1.36.",
    },
    { names: [/^go\.etcd\.io\//], why: "What Kubernetes 1.36 is built with." },
    {
        names: ["github.com/container-storage-interface/spec", "github.com/spf13/pflag", "golang.org/x/sys", "google.golang.org/grpc"], below: "toolchain/cluster",
        why: "Follows what Kubernetes and etcd ask for.",
    },
    { names: ["Go"], why: "Supported until about February 2027; what is built here asks for no more." },
    { names: ["fluent/fluent-bit"], why: "Five days old, with new log processing; nothing of it could be tried here. 5.1 gets fixes until about February 2027." },
    { names: ["redis", "haproxy", "mysql"], why: "Long-term lines until 2029, 2030 and 2032; the documents name them." },
];

/** Why a version stays behind; undefined where nothing holds it. */
export function reasonOf({ name, file }: Pick<Behind, "name" | "file">, reasons: readonly Held[] = held): string | undefined {
    return reasons.find(({ names, below }) => (below === undefined || file.startsWith(`${below}/`))
        && names.some(known => typeof known === "string" ? known === name : known.test(name)))?.why;
}
