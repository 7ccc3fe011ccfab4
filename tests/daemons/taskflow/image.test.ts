import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../../harness/daemons/daemon";
import { program, run, runSync, temporaryFolder } from "../../harness/daemons/daemon";
import { backendFolder, virtualEnvironment } from "../../harness/daemons/backend";

describe("the image of the API", () => {
    let folder: string;
    let calls: string;

    beforeEach(() => {
        folder = temporaryFolder("taskflow-image");
        calls = join(folder, "calls");
        mkdirSync(join(folder, "bin"));
        runSync(program("busybox", "busybox"), ["--install", "-s", join(folder, "bin")]);
        writeFileSync(calls, "");
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    /** A command that notes its arguments and the Docker daemon it would talk to. */
    function recorder(name: string, body = ""): void {
        const script = `#!/bin/sh\necho "${name} $* \${DOCKER_HOST:+@ $DOCKER_HOST}" | sed "s/ *$//" >>"${calls}"\n${body}\n`;
        writeFileSync(join(folder, "bin", name), script, { mode: 0o755 });
    }

    function build(...args: string[]): Promise<Result> {
        const env = { PATH: join(folder, "bin"), DOCKER_HOST: "" };
        return run(join(folder, "bin/sh"), [join(backendFolder, "build.sh"), ...args], { env });
    }

    const called = () => readFileSync(calls, "utf8").trim().split("\n");

    it("T-07: builds in minikube's own Docker daemon when minikube runs, and lists the image", async () => {
        recorder("docker");
        recorder("kubectl", "echo minikube");
        recorder("minikube", 'case "$1" in docker-env) echo "export DOCKER_HOST=tcp://192.0.2.1:2376" ;; esac');
        const { code, stdout } = await build();
        assert.equal(code, 0);
        assert.match(stdout, /target: minikube \(minikube\)/);
        assert.deepEqual(called(), [
            "kubectl config current-context",
            "minikube status --profile minikube",
            "minikube docker-env --shell sh --profile minikube",
            `docker build --tag taskflow-backend:1.0 ${backendFolder} @ tcp://192.0.2.1:2376`,
            "docker image ls taskflow-backend @ tcp://192.0.2.1:2376",
        ]);
    });

    it("T-06 T-07: side-loads the image into the k3d or kind cluster of the current context", async () => {
        const loads = {
            "k3d-lab": "k3d image import taskflow-backend:1.0 --cluster lab",
            "kind-lab": "kind load docker-image taskflow-backend:1.0 --name lab",
        };
        for (const [context, load] of Object.entries(loads)) {
            writeFileSync(calls, "");
            ["docker", "k3d", "kind"].forEach(name => recorder(name));
            recorder("kubectl", `echo ${context}`);
            assert.equal((await build()).code, 0);
            assert.deepEqual(called(), [
                "kubectl config current-context",
                `docker build --tag taskflow-backend:1.0 ${backendFolder}`,
                load,
                "docker image ls taskflow-backend",
            ]);
        }
    });

    it("T-07: builds with Docker alone where no local cluster is found", async () => {
        recorder("docker");
        recorder("kubectl", "exit 1");
        assert.equal((await build("--tag", "registry.example:5000/team/taskflow-backend:1.1")).code, 0);
        assert.deepEqual(called().slice(1), [
            `docker build --tag registry.example:5000/team/taskflow-backend:1.1 ${backendFolder}`,
            "docker image ls registry.example:5000/team/taskflow-backend",
        ]);
    });

    it("T-05: refuses a tag without a version, an unknown target and a missing tool", async () => {
        recorder("docker");
        const refusals: [args: string[], message: RegExp][] = [
            [["--tag", "taskflow-backend:latest"], /--tag is "taskflow-backend:latest"; give a version/],
            [["--tag", "registry.example:5000/taskflow-backend"], /without a version/],
            [["--target", "podman"], /--target is "podman"; allowed are auto, minikube, k3d, kind, docker/],
            [["--target", "k3d"], /k3d is not on PATH/],
            [["--tag"], /--tag needs a value/],
        ];
        for (const [args, message] of refusals) {
            const { code, stderr } = await build(...args);
            assert.equal(code, 1, args.join(" "));
            assert.match(stderr, message);
        }
        assert.deepEqual(called(), [""]);
    });

    it("T-07 T-08: the Dockerfile runs gunicorn as user 1000 in /app from a pinned base, with nothing installed at start", () => {
        const lines = readFileSync(join(backendFolder, "Dockerfile"), "utf8").split("\n");
        assert.match(lines[0] ?? "", /^ARG PYTHON_IMAGE=python:3\.\d+\.\d+-slim-\w+$/);
        const last = lines.slice(lines.lastIndexOf("FROM ${PYTHON_IMAGE}"));
        for (const line of ["WORKDIR /app", "USER 1000:1000", 'CMD ["gunicorn"]', "ENV HOME=/home/appuser \\", "    PYTHONUNBUFFERED=1"]) {
            assert.ok(last.includes(line), line);
        }
        assert.ok(!last.some(line => line.includes("pip")));
        const requirements = readFileSync(join(backendFolder, "requirements.txt"), "utf8").split("\n");
        const packages = requirements.filter(line => line !== "" && !line.startsWith("#"));
        assert.ok(packages.every(line => /^[a-z0-9-]+==\d[\d.]*$/.test(line)), packages.join());
        const names = packages.map(line => line.split("==")[0]);
        for (const name of ["flask", "gunicorn", "psycopg2-binary", "redis", "prometheus-client"]) {
            assert.ok(names.includes(name), name);
        }
    });

    it("T-08: gunicorn binds 0.0.0.0:5000 with 2 workers, a timeout of 60 s and log level info", async () => {
        const { code, stdout, stderr } = await run(join(virtualEnvironment(), "bin/gunicorn"), ["--print-config"], {
            cwd: backendFolder,
            env: { DATABASE_PASSWORD: "only-for-this-test", TMPDIR: folder, PYTHONDONTWRITEBYTECODE: "1" },
        });
        assert.equal(code, 0, stderr);
        const settings = Object.fromEntries(stdout.split("\n").map(line => line.split(/ += /)).map(([name, value]) => [name, value]));
        assert.equal(settings["bind"], "['0.0.0.0:5000']");
        assert.equal(settings["workers"], "2");
        assert.equal(settings["timeout"], "60");
        assert.equal(settings["loglevel"], "info");
    });
});
