import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { get } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { CommandResult } from "../harness/command";
import { image, namespace, onlyFriends, pod, service, surroundings } from "./manifests";
import type { Traces } from "../harness/realCluster";
import { eventually, RealCluster } from "../harness/realCluster";

/** Body of what answers at an address, or what went wrong; over a connection of its own, because policies let those be that are open. */
function fetched(address: string): Promise<string> {
    return new Promise(resolve => {
        const request = get(`http://${address}/`, { agent: false, timeout: 5000 }, response => {
            text(response).then(resolve, error => resolve(String(error)));
        });
        request.on("timeout", () => request.destroy(new Error("no answer")));
        request.on("error", error => resolve(String(error)));
    });
}

describe("real nodes of the embedded cluster", () => {
    let cluster: RealCluster;
    let running: Traces;

    before(async function needsRoot() {
        if (process.getuid?.() !== 0) {
            this.skip();
        }
        cluster = await RealCluster.start(2);
        await cluster.loadProgram(image, join(__dirname, "pod"));
        await cluster.apply(...surroundings, pod("server", "real-a", "data"), pod("client", "real-b"),
            service("server", "ClusterIP"), service("balanced", "LoadBalancer"), service("port", "NodePort"));
        await cluster.mustKubectl("wait", "--namespace", namespace, "--for=condition=Ready", "pod", "--all", "--timeout=180s");
    });

    after(async () => {
        await cluster?.stop();
    });

    /** Runs a command of the test's program in a pod. */
    const inPod = (name: string, ...args: string[]): Promise<CommandResult> =>
        cluster.kubectl("exec", "--namespace", namespace, name, "--", "/program", ...args);

    const answerOf = (name: string, url: string): Promise<string> => inPod(name, "get", url).then(({ output }) => output.trim());

    it("are in a zone each, and run what the cluster itself needs", async () => {
        const nodes = JSON.parse(await cluster.mustKubectl("get", "nodes", "--output=json")).items;
        const zones = nodes.map(({ metadata }: { metadata: { labels: Record<string, string> } }) => metadata.labels["topology.kubernetes.io/zone"]);
        assert.deepEqual(zones, ["local-a", "local-b"]);
        await cluster.mustKubectl("wait", "--namespace=kube-system", "--for=condition=Available", "deployment", "--all", "--timeout=180s");
    });

    it("show what a pod prints, and let kubectl into it and forward its ports", async () => {
        assert.equal(await cluster.mustKubectl("logs", "--namespace", namespace, "server"), "serving as server\n");
        const forwarding = spawn("kubectl", ["port-forward", "--namespace", namespace, "pod/server", ":8080"], { env: cluster.environment });
        try {
            const port = await new Promise<string>(resolve => {
                forwarding.stdout.setEncoding("utf8").on("data", (line: string) => resolve(/127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? ""));
            });
            assert.equal(await fetched(`127.0.0.1:${port}`), "server\n");
        } finally {
            forwarding.kill();
        }
    });

    it("measure what pods use", async () => {
        const used = await eventually(() => cluster.kubectl("top", "pods", "--namespace", namespace, "--no-headers"), ({ stdout }) =>
            stdout.trim().split("\n").length === 2);
        assert.match(used.stdout, /client +\d+m +\d+Mi/);
    });

    it("find a Service by its name from another node, and nothing outside of the cluster", async () => {
        assert.equal(await eventually(() => answerOf("client", "http://server"), answer => answer === "server"), "server");
        assert.match(await answerOf("client", "http://example.com"), /no such host/);
        assert.match(await answerOf("client", "http://192.0.2.1"), /network is unreachable/);
    });

    it("answer on this machine's loopback, at the address that a Service shows and that the cluster lists", async () => {
        const listed = async (kind: string): Promise<string> =>
            new RegExp(`^\\S+ +http +${kind} +(\\S+)$`, "m").exec(await cluster.command("addresses"))?.[1] ?? "";
        for (const kind of ["LoadBalancer", "NodePort"]) {
            const address = await eventually(() => listed(kind), found => found !== "");
            assert.match(address, /^127\./);
            assert.equal(await eventually(() => fetched(address), answer => answer === "server\n"), "server\n", kind);
        }
        const { status } = JSON.parse(await cluster.mustKubectl("get", "service", "balanced", "--namespace", namespace, "--output=json"));
        assert.equal(await listed("LoadBalancer"), `${status.loadBalancer.ingress[0].ip}:80`);
    });

    it("keep to NetworkPolicies, in both directions of a change and from the outside too", async () => {
        await cluster.apply(onlyFriends);
        const refused = /connection refused|deadline exceeded|Timeout/i;
        assert.match(await eventually(() => answerOf("client", "http://server"), answer => answer !== "server"), refused);
        const balanced = /balanced +http +\S+ +(\S+)/.exec(await cluster.command("addresses"))?.[1] ?? "";
        assert.notEqual(await eventually(() => fetched(balanced), answer => answer !== "server\n"), "server\n");
        await cluster.mustKubectl("label", "pod", "client", "--namespace", namespace, "friend=yes");
        assert.equal(await eventually(() => answerOf("client", "http://server"), answer => answer === "server"), "server");
        await cluster.mustKubectl("delete", "networkpolicy", "only-friends", "--namespace", namespace);
    });

    it("give volumes the size that was asked for, to the last byte, and let them grow in use", async () => {
        const size = async (): Promise<number> => Number((await inPod("server", "size", "/data")).stdout);
        const before = await size();
        assert.ok(before > 200 && before <= 320, `${before} MiB`);
        assert.match((await inPod("server", "fill", "/data", "400")).stdout, /^\d+, then .*no space left on device/);
        await cluster.mustKubectl("patch", "persistentvolumeclaim", "data", "--namespace", namespace,
            "--patch", '{"spec":{"resources":{"requests":{"storage":"640Mi"}}}}');
        const after = await eventually(size, mebibytes => mebibytes > 320);
        assert.ok(after > 500 && after <= 640, `${after} MiB`);
        assert.equal((await inPod("server", "fill", "/data", "400")).stdout.trim(), "400");
    });

    it("come back from the loss of their power with what was on their disk", async () => {
        assert.equal((await inPod("server", "write", "/data/kept")).code, 0);
        await cluster.command("node", "kill", "real-a");
        await cluster.command("node", "start", "real-a");
        const read = await eventually(() => inPod("server", "read", "/data/kept"), ({ code }) => code === 0);
        assert.equal(read.stdout.trim(), "kept");
        assert.equal((await inPod("server", "read", "/data/ended")).code, 1, "the pod was told to end");
    });

    it("end their pods in order when they are stopped", async () => {
        await cluster.command("node", "stop", "real-a");
        await cluster.command("node", "start", "real-a");
        const read = await eventually(() => inPod("server", "read", "/data/ended"), ({ code }) => code === 0);
        assert.equal(read.stdout.trim(), "in order");
    });

    it("refuse commands for nodes that there are none of", async () => {
        await assert.rejects(cluster.command("node", "stop", "real-c"), /"real-c" is unknown; this cluster's real nodes are real-a, real-b/);
    });

    it("start again with their data when every process has been killed", async () => {
        await cluster.killEverything();
        await cluster.startAgain(2);
        const read = await eventually(() => inPod("server", "read", "/data/kept"), ({ code }) => code === 0);
        assert.equal(read.stdout.trim(), "kept");
    });

    it("are found by the next command when a start was killed", async () => {
        await cluster.command("stop");
        await cluster.killedStart(2, /node real-a started/);
        await cluster.startAgain(2);
        await cluster.mustKubectl("wait", "--for=condition=Ready", "nodes", "--all", "--timeout=60s");
        await eventually(() => inPod("server", "read", "/data/kept"), ({ code }) => code === 0);
    });

    it("leave no process, namespace, mount, control group or device", async () => {
        running = await cluster.traces();
        assert.ok(running.processes.length > 10 && running.namespaces.size >= 7, "the test sees what the cluster has");
        assert.ok(running.controlGroups.length > 0 && running.devices.length === 1, "the test sees what the cluster has");
        assert.deepEqual(running.mounts, [], "what is mounted in nodes is seen outside");
        await cluster.stop();
        const left = await cluster.traces();
        assert.deepEqual({ ...left, namespaces: [...left.namespaces] },
            { processes: [], controlGroups: [], mounts: [], devices: [], namespaces: [] });
        assert.deepEqual(await cluster.namespacesInUse(running.namespaces), []);
    });
});
