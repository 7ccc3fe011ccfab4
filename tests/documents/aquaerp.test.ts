import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { images } from "../../components/kit/images";
import { aquaerp, container, find } from "../harness/platforms/aquaerp";

const text = readFileSync(join(__dirname, "../../components/platforms/aquaerp/README.md"), "utf8");

describe("AquaERP's runbook", () => {
    it("A-128: CrashLoopBackOff leads to variables and Secrets, listening address, health path and port", () => {
        const section = text.split("## CrashLoopBackOff")[1]?.split("\n## ")[0] ?? "";
        for (const word of ["Secret", "`0.0.0.0`", "`PORT`", "`/health`", "3000", "3007"]) {
            assert.ok(section.includes(word), word);
        }
    });

    it("A-129: lost data leads to the claim and the mount that the program renders", async () => {
        const program = await aquaerp("prod");
        const [, claim = ""] = /kubectl get pvc (\S+) -n aquaerp/.exec(text) ?? [];
        find(program, "PersistentVolumeClaim", claim);
        const [, pod = "", path = ""] = /describe pod (\S+)-0 -n aquaerp[^]*mount it at `([^`]+)`/.exec(text) ?? [];
        assert.ok((await container("prod", pod)).volumeMounts.some(({ mountPath }) => mountPath === path));
    });

    it("A-130 A-131: a call is tested over a way that the policies open, from a debug container", async () => {
        const [, image, host = "", port] = /kubectl debug -n aquaerp <pod of api-gateway> .*--image=(\S+) [^]*http:\/\/([^:]+):(\d+)\/health/.exec(text) ?? [];
        assert.equal(image, images.busybox);
        assert.doesNotMatch(text, /kubectl exec/);
        const { graph } = await aquaerp("prod");
        assert.ok(graph.edges.some(({ from, to, ports }) =>
            from.name === "api-gateway" && to.name === host && ports.some(({ number }) => number === Number(port))));
    });
});
