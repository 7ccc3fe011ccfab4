import assert from "node:assert/strict";
import { DataLossError, dataOf, largerClaims, lostData, SmallerVolumeError } from "../../../components/platforms/dataGuard";
import { recordedOnce } from "../../harness/program";

const claim = (namespace: string, name: string): { type: string; outputs: object } =>
    ({ type: "kubernetes:core/v1:PersistentVolumeClaim", outputs: { metadata: { namespace, name } } });

describe("guard of data", () => {
    it("knows claims, claims of a StatefulSet's pods, and what operators keep; other objects hold nothing", () => {
        const metadata = { namespace: "shop", name: "orders" };
        assert.deepEqual(dataOf("kubernetes:core/v1:PersistentVolumeClaim", { metadata }), ["shop/orders"]);
        assert.deepEqual(dataOf("kubernetes:postgresql.cnpg.io/v1:Cluster", { metadata }), ["shop/orders"]);
        assert.deepEqual(dataOf("kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster", { metadata }), ["shop/orders"]);
        const template = { metadata: { name: "data" } };
        assert.deepEqual(dataOf("kubernetes:apps/v1:StatefulSet", { metadata, spec: { volumeClaimTemplates: [template] } }), ["shop/data-orders-*"]);
        assert.deepEqual(dataOf("kubernetes:apps/v1:StatefulSet", { metadata, spec: {} }), []);
        assert.deepEqual(dataOf("kubernetes:core/v1:ConfigMap", { metadata }), []);
    });

    it("finds what is no longer declared, but for what may go by its name or its namespace", () => {
        const state = { a: claim("storm", "nats"), b: claim("storm", "minio"), c: claim("shop", "orders"), d: { type: "pulumi:pulumi:Stack" } };
        assert.deepEqual(lostData(state, new Set(["shop/orders"]), []), ["storm/minio", "storm/nats"]);
        assert.deepEqual(lostData(state, new Set(["shop/orders"]), ["storm/nats"]), ["storm/minio"]);
        assert.deepEqual(lostData(state, new Set(), ["storm"]), ["shop/orders"]);
        assert.deepEqual(lostData({}, new Set(), []), []);
    });

    it("takes the claim of a pod that a StatefulSet no longer has as kept, and that of one without its StatefulSet as lost", () => {
        const state = { a: claim("storm", "nats-data-nats-2"), b: claim("storm", "nats-data-nats-old") };
        assert.deepEqual(lostData(state, new Set(["storm/nats-data-nats-*"]), []), ["storm/nats-data-nats-old"]);
        assert.deepEqual(lostData(state, new Set(["storm/other-*"]), []), ["storm/nats-data-nats-2", "storm/nats-data-nats-old"]);
    });

    it("names every claim that the program declares in prod", async () => {
        const { recording } = await recordedOnce("prod");
        const claims = recording.ofKind("PersistentVolumeClaim");
        assert.ok(claims.length > 20);
        for (const { type, inputs } of claims) {
            assert.deepEqual(dataOf(type, inputs), [`${inputs.metadata.namespace}/${inputs.metadata.name}`]);
        }
        const operated = [...recording.ofKind("Cluster"), ...recording.ofKind("RabbitmqCluster")];
        for (const { type, inputs } of operated) {
            assert.equal(dataOf(type, inputs).length, 1, type);
        }
    });

    it("F2: finds claims that are larger than declared, whatever the sizes are written in, and says both sizes", () => {
        const sized = (name: string, storage: string): { type: string; outputs: object } => {
            const { type, outputs } = claim("shop", name);
            return { type, outputs: { ...outputs, spec: { resources: { requests: { storage } } } } };
        };
        const state = { a: sized("grown", "5Gi"), b: sized("same", "1Gi"), c: sized("grows", "1Gi"), d: sized("other", "9Gi"), e: { type: "pulumi:pulumi:Stack" } };
        const declared = new Map([["shop/grown", "4096Mi"], ["shop/same", "1024Mi"], ["shop/grows", "2Gi"]]);
        const found = largerClaims(state, declared);
        assert.deepEqual(found, [{ claim: "shop/grown", size: "5Gi", declared: "4096Mi" }]);
        assert.match(new SmallerVolumeError(found).message, /^ {2}shop\/grown of 5Gi, which is declared with 4096Mi$/m);
    });

    it("says what would be lost and how to agree", () => {
        assert.match(new DataLossError(["storm/nats"]).message, /nothing was changed[^]*\n {2}storm\/nats\n[^]*pulumi config set --path 'mayDelete\[0\]' storm$/);
    });
});
