import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster, manifest } from "./clusterHarness";

describe("embedded cluster", () => {
    let cluster: Cluster;
    before(() => {
        cluster = new Cluster(mkdtempSync(join(tmpdir(), "cluster-")));
        cluster.start();
    });
    after(() => {
        cluster.stop("--delete");
    });

    it("has three ready nodes in three zones", () => {
        const zones = cluster.kubectl("get", "nodes", "--output=jsonpath={.items[*].metadata.labels.topology\\.kubernetes\\.io/zone}");
        assert.equal(new Set(zones.split(" ")).size, 3);
        cluster.kubectl("wait", "--for=condition=Ready", "nodes", "--all", "--timeout=10s");
    });

    it("serves the definitions of Traefik, cert-manager and of the operators that the program can hand work to", () => {
        const names = cluster.kubectl("get", "customresourcedefinitions", "--output=jsonpath={.items[*].metadata.name}").split(" ");
        for (const name of ["ingressroutes.traefik.io", "certificates.cert-manager.io", "servicemonitors.monitoring.coreos.com",
            "clusters.postgresql.cnpg.io", "rabbitmqclusters.rabbitmq.com"]) {
            assert.ok(names.includes(name), `${name} is missing`);
        }
    });

    it("runs pods with init containers and sidecars, completes Jobs, binds claims and gives addresses", () => {
        cluster.apply(manifest("workloads"));
        cluster.kubectl("wait", "--namespace=workloads", "--for=condition=Ready", "pod/main", "--timeout=60s");
        cluster.kubectl("wait", "--namespace=workloads", "--for=condition=Complete", "job/once", "--timeout=60s");
        cluster.kubectl("wait", "--namespace=workloads", "--for=jsonpath={.status.phase}=Bound", "pvc/data", "--timeout=60s");
        cluster.kubectl("wait", "--namespace=workloads", "--for=jsonpath={.status.loadBalancer.ingress[0].ip}", "service/public", "--timeout=60s");
        const states = cluster.get("pod/main", "--namespace=workloads").status.initContainerStatuses.map((entry: { state: object }) => Object.keys(entry.state)[0]);
        assert.deepEqual(states, ["terminated", "running"]);
    });

    it("refuses a root pod where the restricted level is enforced", () => {
        cluster.apply(manifest("restricted"));
        const refused = cluster.tryKubectl("--namespace=restricted", "run", "root", "--image=registry.example/app:1.0");
        assert.notEqual(refused.status, 0);
        assert.match(refused.stderr, /violates PodSecurity "restricted:latest"/);
    });

    it("verifies its server's certificate and refuses strangers", () => {
        const config = readFileSync(cluster.kubeconfig, "utf8");
        assert.doesNotMatch(config, /insecure-skip-tls-verify/);
        assert.match(config, /server: https:\/\/127\.0\.0\.1:\d+/);
        const empty = join(cluster.directory, "stranger");
        writeFileSync(empty, "apiVersion: v1\nkind: Config\n");
        const stranger = cluster.tryKubectl(`--kubeconfig=${empty}`, `--server=${/server: (\S+)/.exec(config)?.[1]}`, "--token=none", "--request-timeout=5s", "get", "nodes");
        assert.notEqual(stranger.status, 0);
        assert.match(stranger.stderr, /certificate signed by unknown authority|failed to verify certificate/);
    });

    it("keeps every credential to its owner", () => {
        const folders = [cluster.directory, join(cluster.directory, "pki")];
        const open = folders.flatMap(folder => readdirSync(folder).map(name => join(folder, name)))
            .filter(path => /\.(key|crt|kubeconfig)$|kubeconfig$|\.json$/.test(path) && (statSync(path).mode & 0o077) !== 0);
        assert.deepEqual(open, []);
    });

    it("listens on loopback alone", () => {
        const listening = cluster.processes().flatMap(pid => cluster.listenersOf(pid));
        assert.ok(listening.length >= 3, `${listening.length} listeners`);
        assert.deepEqual(listening.filter(address => !address.startsWith("127.0.0.1:")), []);
    });

    it("changes nothing when it is started again", () => {
        const before = cluster.processes();
        cluster.start();
        assert.deepEqual(cluster.processes(), before);
    });

    it("brings a killed component back with its data", () => {
        cluster.apply(manifest("kept"));
        for (const name of ["etcd", "kube-apiserver", "kwok"]) {
            process.kill(cluster.pid(name), "SIGKILL");
        }
        cluster.start();
        assert.equal(cluster.get("configmap/kept", "--namespace=kept").data.value, "1");
    });

    it("keeps its data over a stop and a start", () => {
        cluster.apply(manifest("kept"));
        cluster.stop();
        assert.equal(spawnSync(cluster.binary("cluster"), ["status", "--dir", cluster.directory]).status, 3);
        cluster.start();
        assert.equal(cluster.get("configmap/kept", "--namespace=kept").data.value, "1");
    });

    it("never ends a process that is not its own", () => {
        const directory = mkdtempSync(join(tmpdir(), "cluster-foreign-"));
        const foreign = spawn("sleep", ["600"], { stdio: "ignore" });
        try {
            // What is left when a machine went down: a record whose number now belongs to somebody else.
            const record = { pid: foreign.pid, startTime: 1, boot: "another", binary: "/bin/kube", arguments: ["etcd"] };
            writeFileSync(join(directory, "etcd.pid"), JSON.stringify(record));
            writeFileSync(join(directory, "ports.json"), "{}");
            execFileSync(cluster.binary("cluster"), ["stop", "--delete", "--dir", directory]);
            assert.equal(existsSync(directory), false);
            assert.equal(foreign.exitCode, null);
            assert.ok(foreign.kill(0));
        } finally {
            foreign.kill("SIGKILL");
            rmSync(directory, { recursive: true, force: true });
        }
    });

    it("leaves no process and no file behind when it is removed", () => {
        const other = new Cluster(mkdtempSync(join(tmpdir(), "cluster-gone-")));
        other.start();
        const processes = other.processes();
        other.stop("--delete");
        assert.equal(processes.length, 5);
        assert.deepEqual(processes.filter(pid => existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(other.directory)), []);
        assert.equal(existsSync(other.directory), false);
    });
});
