import assert from "node:assert/strict";
import type { Endpoint, Policy } from "../../harness/reachability";
import { isReachable } from "../../harness/reachability";

const web: Endpoint = { name: "web", namespace: "shop", labels: { app: "web" } };
const database: Endpoint = { name: "db", namespace: "shop", labels: { app: "db" } };
const stranger: Endpoint = { name: "stranger", namespace: "blog", labels: { app: "web" }, namespaceLabels: { team: "blog" } };
const outside: Endpoint = { name: "outside", address: "203.0.113.9" };
const sql = { port: 5432 };

const policy = (spec: Policy["spec"]): Policy => ({ metadata: { namespace: "shop" }, spec });
const denyAll = policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const toDatabase = (rule: object): Policy => policy({ podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Ingress"], ingress: [rule] });
const fromWeb = (rule: object): Policy => policy({ podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Egress"], egress: [rule] });

/** Who reaches the database when the database alone is restricted. */
function visitors(rule: object, target = sql): string[] {
    return [web, stranger, outside].filter(from => isReachable([toDatabase(rule)], from, database, target)).map(({ name }) => name);
}

describe("evaluator of NetworkPolicies", () => {
    it("lets everything through without a policy, and nothing through default-deny", () => {
        for (const from of [web, stranger, outside]) {
            assert.equal(isReachable([], from, database, sql), true);
            assert.equal(isReachable([denyAll], from, database, sql), false);
        }
        assert.equal(isReachable([denyAll], database, outside, sql), false);
    });

    it("needs both sides to agree, and adds up what several policies allow", () => {
        const ingress = toDatabase({ from: [{ podSelector: { matchLabels: { app: "web" } } }] });
        const egress = fromWeb({ to: [{ podSelector: { matchLabels: { app: "db" } } }] });
        assert.equal(isReachable([denyAll, ingress], web, database, sql), false);
        assert.equal(isReachable([denyAll, egress], web, database, sql), false);
        assert.equal(isReachable([denyAll, ingress, egress], web, database, sql), true);
        assert.equal(isReachable([denyAll, ingress, egress], database, web, sql), false);
    });

    it("a selector of pods alone means the policy's own namespace", () => {
        assert.deepEqual(visitors({ from: [{ podSelector: { matchLabels: { app: "web" } } }] }), ["web"]);
        assert.deepEqual(visitors({ from: [{ podSelector: {} }] }), ["web"]);
    });

    it("selectors in one peer must both match, in two peers one is enough", () => {
        const [namespaceSelector, podSelector] = [{ matchLabels: { "kubernetes.io/metadata.name": "blog" } }, { matchLabels: { app: "cron" } }];
        assert.deepEqual(visitors({ from: [{ namespaceSelector }] }), ["stranger"]);
        assert.deepEqual(visitors({ from: [{ namespaceSelector, podSelector }] }), []);
        assert.deepEqual(visitors({ from: [{ namespaceSelector }, { podSelector: { matchLabels: { app: "web" } } }] }), ["web", "stranger"]);
        assert.deepEqual(visitors({ from: [{ namespaceSelector: { matchLabels: { team: "blog" } } }] }), ["stranger"]);
    });

    it("selects by expressions", () => {
        const by = (operator: string, values?: string[]): string[] =>
            visitors({ from: [{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: "app", operator, ...(values && { values }) }] } }] });
        assert.deepEqual(by("In", ["web"]), ["web", "stranger"]);
        assert.deepEqual(by("NotIn", ["web"]), []);
        assert.deepEqual(by("Exists"), ["web", "stranger"]);
        assert.deepEqual(by("DoesNotExist"), []);
    });

    it("blocks of addresses cover whoever has one, but for the exceptions", () => {
        assert.deepEqual(visitors({ from: [{ ipBlock: { cidr: "203.0.113.0/24" } }] }), ["outside"]);
        assert.deepEqual(visitors({ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }), ["web", "stranger", "outside"]);
        assert.deepEqual(visitors({ from: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] }), ["outside"]);
    });

    it("a rule without peers or without ports does not restrict them, a policy without rules allows nothing", () => {
        assert.deepEqual(visitors({}), ["web", "stranger", "outside"]);
        assert.deepEqual(visitors({ ports: [{ port: 80 }] }), []);
        assert.equal(isReachable([policy({ podSelector: {}, policyTypes: ["Ingress"], ingress: [] })], web, database, sql), false);
    });

    it("ports have a protocol and may be a range", () => {
        const open = (ports: object[], port: number, protocol: "TCP" | "UDP" = "TCP"): boolean =>
            isReachable([toDatabase({ ports })], web, database, { port, protocol });
        assert.deepEqual([open([{ port: 53, protocol: "UDP" }], 53), open([{ port: 53, protocol: "UDP" }], 53, "UDP")], [false, true]);
        assert.deepEqual([79, 80, 90, 91].map(port => open([{ port: 80, endPort: 90 }], port)), [false, true, true, false]);
        assert.equal(open([{ protocol: "TCP" }], 1), true);
        assert.throws(() => open([{ port: "http" }], 80), { message: "port \"http\" is a name, which this evaluator does not resolve" });
    });

    it("without policyTypes a policy restricts what comes in, and what goes out if it has rules for that", () => {
        assert.equal(isReachable([policy({ podSelector: {} })], web, stranger, sql), true);
        assert.equal(isReachable([policy({ podSelector: {}, egress: [{ ports: [{ port: 80 }] }] })], web, stranger, sql), false);
    });
});
