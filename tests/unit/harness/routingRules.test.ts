import assert from "node:assert/strict";
import { recordAlone } from "../../harness/program";
import type { RoutingRule } from "../../harness/live/routingRules";
import { matcherOf, rulesOf, serving, tellingPaths } from "../../harness/live/routingRules";

const rule = (match: string, priority: number): RoutingRule =>
    ({ of: match, namespace: "shop", entryPoints: ["websecure"], match, priority, middlewares: [], service: match });

describe("The model of Traefik's routing that proofs compare with", () => {
    it("reads hosts, paths, and, or, not", () => {
        const matches = matcherOf("Host(`a.example`) && (Path(`/api`) || PathPrefix(`/api/`)) && !(Path(`/api/metrics`))");
        assert.deepEqual(["/api", "/api/", "/api/x", "/api/metrics", "/apixyz", "/"].map(path => matches("a.example", path)),
            [true, true, true, false, false, false]);
        assert.equal(matches("b.example", "/api"), false);
        assert.throws(() => matcherOf("Host(`a.example`) && Method(`GET`)"), /more than hosts and paths/);
    });

    it("takes the rule of the highest priority, by the path without its disguises", () => {
        const rules = [rule("Host(`a.example`)", 1), rule("Host(`a.example`) && PathPrefix(`/api/`)", 2)];
        const served = (path: string): string | undefined => serving(rules, "websecure", "a.example", path)?.match;
        assert.equal(served("/other"), rules[0]?.match);
        for (const path of ["/api/x", "//api/x", "/y/../api/x", "/%61pi/x"]) {
            assert.equal(served(path), rules[1]?.match, path);
        }
        assert.equal(serving(rules, "web", "a.example", "/"), undefined);
    });

    it("S-52 S-53: reads Ingresses and IngressRoutes of a program with their middlewares", async () => {
        const storm = rulesOf(await recordAlone("prod", "storm"));
        assert.deepEqual(storm.filter(({ service }) => service).map(({ service, middlewares }) => [service, middlewares]),
            [["storm/gateway-service", ["storm/security-headers", "storm/rate-limit"]]]);
        const gauzian = rulesOf(await recordAlone("prod", "gauzian"));
        assert.match(serving(gauzian, "websecure", "gauzian.pupin.fr", "/api/x")?.service ?? "", /backend/);
        assert.doesNotMatch(serving(gauzian, "websecure", "gauzian.pupin.fr", "/api/metrics")?.service ?? "", /backend/);
        assert.ok(tellingPaths(gauzian, "gauzian.pupin.fr").includes("/api/%6detrics"));
    });
});
