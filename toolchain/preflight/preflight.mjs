// Usage: node preflight.mjs < PREVIEW, which pulumi preview --json --show-sames wrote. Says what the cluster of kubectl lacks for it.
// Ends 0 where nothing is missing, 1 where something is, 2 where that could not be told.
import { spawnSync } from "node:child_process";
import console from "node:console";
import process from "node:process";
import { text } from "node:stream/consumers";
import { findings } from "./needs.mjs";

/** Bytes. */
const outputLimit = 64 * 1024 * 1024;

function kubectl(...args) {
    const { status, stdout, stderr, error } = spawnSync("kubectl", [...args, "--request-timeout=20s"], { encoding: "utf8", maxBuffer: outputLimit });
    if (status !== 0) throw new Error((error?.message ?? stderr).trim());
    return stdout;
}

const list = (...args) => JSON.parse(kubectl("get", ...args, "--ignore-not-found", "--output=json").trim() || "{}");

function readCluster() {
    const isDefault = ({ metadata }) => metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true";
    const slices = list("endpointslices", "--namespace=default", "--selector=kubernetes.io/service-name=kubernetes").items ?? [];
    const dnsPods = [["kube-system", "k8s-app=kube-dns"], ["openshift-dns", "dns.operator.openshift.io/daemonset-dns=default"]]
        .flatMap(([namespace, labels]) => list("pods", `--namespace=${namespace}`, `--selector=${labels}`).items ?? []);
    // Some clusters write a plus after the minor release.
    const { major, minor } = JSON.parse(kubectl("version", "--output=json")).serverVersion;
    const groups = new Set(kubectl("api-versions").split("\n").map(line => line.split("/")[0]));
    return {
        version: `${major}.${Number.parseInt(minor, 10)}`,
        groups,
        classes: (list("storageclasses").items ?? []).map(object =>
            ({ name: object.metadata.name, isDefault: isDefault(object), expands: object.allowVolumeExpansion === true })),
        issuers: groups.has("cert-manager.io") ? (list("clusterissuers.cert-manager.io").items ?? []).map(({ metadata: { name, labels = {} } }) =>
            ({ name, isOurs: labels["app.kubernetes.io/managed-by"] === "pulumi" })) : [],
        apiServerPorts: slices.flatMap(({ ports }) => ports.map(({ port }) => port)),
        nameService: {
            pods: dnsPods.length,
            cache: list("daemonset", "node-local-dns", "--namespace=kube-system").metadata !== undefined,
            address: list("service", "kube-dns", "--namespace=kube-system").spec?.clusterIP,
        },
    };
}

try {
    const { errors, warnings } = findings(JSON.parse(await text(process.stdin)), readCluster());
    for (const line of warnings) console.log(`warning: ${line}`);
    for (const line of errors) console.log(`missing: ${line}`);
    process.exitCode = errors.length > 0 ? 1 : 0;
} catch (error) {
    console.error(`the cluster could not be looked at: ${error.message}`);
    process.exitCode = 2;
}
