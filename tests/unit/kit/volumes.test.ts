import assert from "node:assert/strict";
import { SecretKey } from "../../../components/kit/secretKey";
import { claimVolume, combinedVolume, nodeFolder, scratch, secretFiles } from "../../../components/kit/volumes";

const key = (secretName: string, name: string): SecretKey => new SecretKey("shop", secretName, name, "digest");

describe("volumes", () => {
    it("scratch folders have a size, and lie in memory where that is asked for", () => {
        assert.deepEqual(scratch("tmp", "16Mi"), { name: "tmp", source: { emptyDir: { sizeLimit: "16Mi" } } });
        assert.deepEqual(scratch("shm", "64Mi", "Memory"), { name: "shm", source: { emptyDir: { sizeLimit: "64Mi", medium: "Memory" } } });
    });

    it("several ConfigMaps lie in one folder", () => {
        const { source } = combinedVolume("files", [{ name: "a", files: {} }, { name: "b", files: {} }]);
        assert.deepEqual(source, { projected: { sources: [{ configMap: { name: "a" } }, { configMap: { name: "b" } }] } });
    });

    it("a node's folder must exist, and a claim is named", () => {
        assert.deepEqual(nodeFolder("logs", "/var/log"), { name: "logs", source: { hostPath: { path: "/var/log", type: "Directory" } } });
        assert.deepEqual(claimVolume("data", "data-pvc"), { name: "data", source: { persistentVolumeClaim: { claimName: "data-pvc" } } });
    });

    it("keys of a Secret become files by their paths, and are known to the pod", () => {
        const files = { "tls/ca.crt": key("tls", "ca"), password: key("tls", "PASSWORD") };
        assert.deepEqual(secretFiles("keys", files), {
            name: "keys",
            source: { secret: {
                secretName: "tls", defaultMode: 0o440, items: [{ key: "ca", path: "tls/ca.crt" }, { key: "PASSWORD", path: "password" }],
            } },
            secretKeys: Object.values(files),
        });
    });

    it("keys of several Secrets are refused, and so are none", () => {
        assert.throws(() => secretFiles("keys", { a: key("one", "a"), b: key("two", "b") }),
            { message: "volume \"keys\" has keys of 2 Secrets (one, two); allowed is one, give each its own volume" });
        assert.throws(() => secretFiles("keys", {}), /has keys of 0 Secrets/);
    });
});
