import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { stormSettings } from "../../../components/platforms/storm/settings";
import { column } from "../../../components/kit/byEnvironment";
import { stormEnvironments } from "../../../components/platforms/storm/environments";
import type { Result } from "../../harness/daemons/daemon";
import { program, run, runSync, temporaryFolder } from "../../harness/daemons/daemon";

const script = join(__dirname, "../../../examples/storm/local.sh");

describe("examples/storm/local.sh, with programs that only write down how they are called", () => {
    let folder: string;
    let source: string;
    let calls: string;

    beforeEach(() => {
        folder = temporaryFolder("storm-local");
        const binaries = join(folder, "bin");
        mkdirSync(binaries);
        runSync(program("busybox", "busybox"), ["--install", "-s", binaries]);
        calls = join(folder, "calls");
        writeFileSync(calls, "");
        for (const name of ["docker", "k3d", "kubectl", "curl"]) {
            // There is no cluster yet.
            const code = name === "k3d" ? "[ \"$1 $2\" != 'cluster list' ]" : "true";
            writeFileSync(join(binaries, name), `#!/bin/sh\necho "${name} $*" >>"${calls}"\n${code}\n`);
            chmodSync(join(binaries, name), 0o755);
        }
        source = join(folder, "source");
        for (const service of ["gateway-service", "user-service", "message-service", "media-service"]) {
            mkdirSync(join(source, service), { recursive: true });
            writeFileSync(join(source, service, "Dockerfile"), "FROM scratch\n");
        }
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const local = (...args: string[]): Promise<Result> => run(join(folder, "bin/sh"), [script, ...args], { env: { PATH: join(folder, "bin") } });
    const called = (): string[] => readFileSync(calls, "utf8").split("\n").filter(Boolean);

    it("S-03: creates the cluster with its port, and waits for its node", async () => {
        assert.equal((await local("cluster")).code, 0);
        assert.deepEqual(called().slice(1), [
            "k3d cluster create storm --servers 1 --port 30080:30080@server:0",
            "kubectl --context k3d-storm wait --for=condition=Ready --timeout=120s node/k3d-storm-server-0",
        ]);
    });

    it("S-85: builds each service in its own context, imports all images, and prints settings that the platform accepts", async () => {
        const { code, stdout, stderr } = await local("images", "--source", source, "--tag", "0.2.0");
        assert.equal(code, 0, stderr);
        const build = (service: string, context: string): string =>
            `docker build --tag storm/${service}:0.2.0 --file ${source}/${service}/Dockerfile ${context}`;
        assert.deepEqual(called(), [
            build("gateway-service", `${source}/.`), build("user-service", `${source}/user-service`),
            build("message-service", `${source}/.`), build("media-service", `${source}/.`),
            "k3d image import storm/gateway-service:0.2.0 storm/user-service:0.2.0 storm/message-service:0.2.0 storm/media-service:0.2.0 --cluster storm",
        ]);
        const printed = parse(stdout)["platforms:storm"] as Record<string, { image: string }>;
        const defaults = column(stormEnvironments, "dev") as Record<string, object>;
        const settings = stormSettings.parse({
            ...defaults, ...Object.fromEntries(Object.entries(printed).map(([key, value]) => [key, { ...defaults[key], ...value }])),
        });
        assert.equal(settings.media.image, "storm/media-service:0.2.0");
    });

    it("S-85: the context of a service can be another one", async () => {
        writeFileSync(join(source, "gateway-service/Containerfile"), "FROM scratch\n");
        await local("images", "--source", source, "--tag", "1", "--build", "gateway-service=gateway-service:gateway-service/Containerfile");
        assert.equal(called()[0], `docker build --tag storm/gateway-service:1 --file ${source}/gateway-service/Containerfile ${source}/gateway-service`);
    });

    it("S-09: each build has a tag of its own, and latest is refused", async () => {
        await local("images", "--source", source);
        assert.match(called()[0] ?? "", /--tag storm\/gateway-service:\d{8}-\d{6} /);
        const { code, stderr } = await local("images", "--source", source, "--tag", "latest");
        assert.equal(code, 1);
        assert.match(stderr, /--tag is "latest"; give a version/);
    });

    it("S-85: builds nothing when a Dockerfile is missing, and says which", async () => {
        rmSync(join(source, "media-service/Dockerfile"));
        const { code, stderr } = await local("images", "--source", source);
        assert.equal(code, 1);
        assert.match(stderr, /media-service\/Dockerfile does not exist; name context and Dockerfile with --build media-service=/);
        assert.deepEqual(called(), []);
    });

    it("checks the pods for two minutes at most, and the gateway's health through the node's port", async () => {
        assert.equal((await local("check")).code, 0);
        assert.match(called()[0] ?? "", /wait --namespace storm --for=condition=Ready --timeout=120s pods/);
        assert.match(called()[2] ?? "", /http:\/\/localhost:30080\/health$/);
    });

    it("S-04: says what is missing, and has a page of help", async () => {
        rmSync(join(folder, "bin/k3d"));
        assert.match((await local("cluster")).stderr, /k3d is not on PATH; install it first/);
        assert.match((await local("--help")).stdout, /^Usage: local\.sh cluster\n/);
        assert.equal((await local("nonsense")).code, 2);
    });
});
