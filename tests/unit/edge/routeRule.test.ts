import assert from "node:assert/strict";
import fc from "fast-check";
import { hostsRule, ingressPaths, prioritiesInOrder, routeRule } from "../../../components/edge/routeRule";

/** Whether Traefik's rule matches a request. */
function matches(rule: string, host: string, path: string): boolean {
    return new Function("Host", "Path", "PathPrefix", `return ${rule};`)(
        (name: string) => name === host, (exact: string) => path === exact, (prefix: string) => path.startsWith(prefix)) as boolean;
}

describe("rules of routes", () => {
    it("G-81: a path means itself and what is below it, on its own host", () => {
        const rule = routeRule("a.example.com", { under: "/api" });
        for (const [path, expected] of [["/api", true], ["/api/", true], ["/api/x", true], ["/apixyz", false], ["/", false], ["/x/api", false]] as const) {
            assert.equal(matches(rule, "a.example.com", path), expected, path);
            assert.equal(matches(rule, "b.example.com", path), false);
        }
    });

    it("G-82 G-83: whatever stands below a hidden path, the rule does not match", () => {
        const rule = routeRule("a.example.com", { under: "/s3", except: ["/s3/minio", "/s3/x"] });
        const segment = fc.stringMatching(/^[A-Za-z0-9._~-]{0,8}$/);
        fc.assert(fc.property(fc.constantFrom("/s3/minio", "/s3/x"), fc.array(segment), (hidden, rest) => {
            assert.equal(matches(rule, "a.example.com", [hidden, ...rest].join("/")), false);
        }));
        assert.equal(matches(rule, "a.example.com", "/s3/miniox"), true);
    });

    it("F19: so does a path of an Ingress, whose prefixes Traefik compares letter by letter", () => {
        const isMatched = (requested: string, path?: string): boolean => ingressPaths(path)
            .some(({ path: known, pathType }) => pathType === "Exact" ? requested === known : requested.startsWith(known));
        const character = fc.stringMatching(/^[A-Za-z0-9._-]{1,8}$/);
        fc.assert(fc.property(fc.array(character, { minLength: 1, maxLength: 3 }), character, (segments, more) => {
            const path = `/${segments.join("/")}`;
            assert.deepEqual([path, `${path}/`, `${path}/${more}`, `${path}${more}`, `/${more}${path}/`].map(requested => isMatched(requested, path)),
                [true, true, true, false, `/${more}${path}/`.startsWith(`${path}/`)]);
        }));
        assert.deepEqual(["/", "/apidocs"].map(requested => isMatched(requested)), [true, true]);
        assert.throws(() => ingressPaths("/api/"), /is no path of a route/);
    });

    it("hides paths of a whole host too, and joins hosts", () => {
        const rule = routeRule("a.example.com", { except: ["/minio"] });
        assert.equal(matches(rule, "a.example.com", "/minio/admin"), false);
        assert.equal(matches(rule, "a.example.com", "/bucket"), true);
        assert.equal(hostsRule(["a", "b", "a"]), "Host(`a`) || Host(`b`)");
    });

    it("refuses paths that would match something else, or break out of the rule", () => {
        for (const path of ["", "/", "api", "/api/", "/a b", "/a`) || Path(`/b"]) {
            assert.throws(() => routeRule("a", { under: path }), /is no path of a route/, path);
        }
    });

    it("G-76 G-140: the first of several rules has the highest priority, and none has less than Traefik would give it", () => {
        fc.assert(fc.property(fc.array(fc.stringMatching(/^[a-z]{1,40}$/)), rules => {
            const priorities = prioritiesInOrder(rules);
            assert.equal(priorities.length, rules.length);
            priorities.forEach((priority, index) => {
                assert.ok(priority >= (rules[index] as string).length);
                assert.ok(priority > (priorities[index + 1] ?? 0));
            });
        }));
        assert.deepEqual(prioritiesInOrder(["login", "api and more", "all"]), [13, 12, 3]);
    });
});
