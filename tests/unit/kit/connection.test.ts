import assert from "node:assert/strict";
import type { Connectable } from "../../../components/kit/connection";
import { accessOf, connect, environmentOf, hostFor, qualifiedHost } from "../../../components/kit/connection";
import { internet } from "../../../components/kit/externals";
import { SecretKey } from "../../../components/kit/secretKey";
import { workload } from "../../harness/graphs";

const password = new SecretKey("shop", "db-secret", "PASSWORD", "digest");

const database: Connectable<"host" | "port" | "password" | "url"> = {
    node: workload("shop", "db"),
    ports: [{ number: 5432 }],
    properties: {
        host: view => view.host,
        port: "5432",
        password,
        url: view => `postgres://app:$(${view.variable("password")})@${view.host}:5432`,
    },
    variables: { host: "DATABASE_HOST", password: "DATABASE_PASSWORD" },
    ready: [],
};

describe("connection", () => {
    it("gives a consumer the provider's own variables", () => {
        assert.deepEqual(environmentOf("shop", [database]), { DATABASE_HOST: "db", DATABASE_PASSWORD: password });
    });

    it("gives other names where the consumer asks for them, and a URL that refers to them", () => {
        assert.deepEqual(environmentOf("shop", [connect(database, { password: "PGPASSWORD", url: "URL" })]), {
            PGPASSWORD: password,
            URL: "postgres://app:$(PGPASSWORD)@db:5432",
        });
    });

    it("a URL refers to the provider's own variable while the consumer renames nothing", () => {
        assert.deepEqual(environmentOf("shop", [connect(database, { url: "URL" })]),
            { URL: "postgres://app:$(DATABASE_PASSWORD)@db:5432" });
    });

    it("opens the way without a variable", () => assert.deepEqual(environmentOf("shop", [connect(database, {})]), {}));

    it("qualifies the host across namespaces", () => {
        assert.equal(hostFor(workload("shop", "db"), "shop"), "db");
        assert.equal(hostFor(workload("shop", "db"), "blog"), "db.shop.svc");
        assert.equal(hostFor(internet, "shop"), "internet");
        assert.equal(qualifiedHost(workload("shop", "db")), "db.shop.svc.cluster.local");
        assert.deepEqual(environmentOf("blog", [connect(database, { host: "HOST" })]), { HOST: "db.shop.svc" });
    });

    it("refuses a property that the provider has not", () => {
        const wrong = connect(database as Connectable, { socket: "SOCKET" });
        assert.throws(() => environmentOf("shop", [wrong]), { message: "db has no property \"socket\"; it has host, port, password, url" });
    });

    it("refuses two connections that set one variable", () => {
        const other: Connectable = { ...database, node: workload("shop", "replica") };
        assert.throws(() => environmentOf("shop", [database, other]),
            { message: "replica sets DATABASE_HOST, which another connection sets too; rename it with connect()" });
    });

    it("refuses a Secret of another namespace", () => {
        assert.throws(() => environmentOf("blog", [connect(database, { password: "PASSWORD" })]),
            { message: "Secret db-secret is in namespace shop; a workload in blog cannot refer to it" });
    });

    it("a URL refers to a variable in capitals where neither names one, and a variable that is undefined is not set", () => {
        const nameless: Connectable = { ...database, variables: {} };
        assert.deepEqual(environmentOf("shop", [connect(nameless, { url: "URL", host: undefined })]),
            { URL: "postgres://app:$(PASSWORD)@db:5432" });
    });
});

describe("access to a provider", () => {
    it("is host, port and Secrets, each Secret once over all its users", () => {
        const reader = new SecretKey("shop", "db-reader", "PASSWORD", "digest");
        assert.deepEqual(accessOf(database, { ...database, properties: { user: password, password: reader } }),
            { host: "db.shop.svc.cluster.local", port: "5432", secrets: ["db-secret", "db-reader"] });
    });

    it("takes the first port of a provider that tells none, and leaves out what there is not", () => {
        const { node } = database;
        assert.deepEqual(accessOf({ node, ports: [{ number: 80 }, { number: 81 }], properties: {}, variables: {}, ready: [] }),
            { host: "db.shop.svc.cluster.local", port: "80" });
        assert.deepEqual(accessOf({ node, ports: [], properties: { port: () => "1" }, variables: {}, ready: [] }), { host: "db.shop.svc.cluster.local" });
        assert.deepEqual(accessOf({ node: internet, ports: [{ number: 443 }], properties: {}, variables: {}, ready: [] }),
            { host: "internet", port: "443" });
        assert.deepEqual(accessOf(), {});
    });
});
