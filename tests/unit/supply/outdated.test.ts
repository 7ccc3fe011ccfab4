import assert from "node:assert/strict";
import type { PinnedImage } from "../../../components/kit/images";
import { goSurvey, namedModules } from "../../../supply/outdated/go";
import { reasonOf } from "../../../supply/outdated/held";
import { imageSurvey, newestTag } from "../../../supply/outdated/images";
import { npmSurvey } from "../../../supply/outdated/npm";
import { newestOf, pythonPins } from "../../../supply/outdated/python";
import { finished, report } from "../../../supply/outdated/survey";

describe("what is behind", () => {
    it("npm: packages with a newer version, also those that are not installed; a registry out of reach is told", () => {
        const said = { a: { current: "1.0.0", wanted: "1.0.0", latest: "2.0.0" }, b: { wanted: "1.0.0", latest: "1.1.0" } };
        assert.deepEqual(npmSurvey("policies", ["a", "b", "c"], JSON.stringify(said), ""), {
            kind: "npm", asked: 3, unasked: [], behind: [
                { name: "a", current: "1.0.0", newest: "2.0.0", file: "policies/package.json" },
                { name: "b", current: "1.0.0", newest: "1.1.0", file: "policies/package.json" },
            ],
        });
        assert.deepEqual(npmSurvey(".", ["a"], "", "").behind, []);
        const { asked, unasked } = npmSurvey(".", ["a"], JSON.stringify({ error: { code: "ECONNREFUSED", summary: "no route" } }), "");
        assert.deepEqual([asked, unasked], [0, [{ name: "package.json", reason: "ECONNREFUSED no route" }]]);
        assert.equal(npmSurvey(".", ["a"], "", "npm error code ENOTFOUND").unasked.length, 1);
    });

    it("Go: modules that a go.mod imports, has as tools or builds by script, not those that follow from them", () => {
        const module = {
            Require: [
                { Path: "a.example/direct", Version: "v1.0.0" }, { Path: "a.example/tool", Version: "v1.0.0", Indirect: true },
                { Path: "a.example/tool/v2", Version: "v2.0.0", Indirect: true }, { Path: "a.example/built", Version: "v1.0.0", Indirect: true },
                { Path: "a.example/other", Version: "v1.0.0", Indirect: true },
            ],
            Tool: [{ Path: "a.example/tool/v2/cmd/tool" }],
        };
        assert.deepEqual(namedModules(module, "program_step 'built' a.example/built/cmd/built\n"),
            ["a.example/direct", "a.example/tool/v2", "a.example/built"]);
    });

    it("Go: a module that the proxy does not list is told, the others are compared", () => {
        const lines = [
            { Path: "a", Version: "v1.0.0", Update: { Version: "v1.1.0" } }, { Path: "b", Version: "v1.0.0" },
            { Path: "c", Version: "v1.0.0", Error: { Err: "loading module retractions for c@v1.0.0: reading https://p.example/c/@v/list: 403 Forbidden\n\tmore" } },
        ];
        const { asked, behind, unasked } = goSurvey("x/go.mod", ["a", "b", "c"], lines.map(line => JSON.stringify(line, null, "\t")).join("\n"), "");
        assert.equal(asked, 2);
        assert.deepEqual(behind.map(({ name, newest }) => [name, newest]), [["a", "v1.1.0"]]);
        assert.deepEqual(unasked, [{ name: "c", reason: "403 Forbidden" }]);
    });

    it("PyPI: what requirements pin, compared with pip's first line", () => {
        const [flask, ...more] = pythonPins("requirements.txt", "# a comment\nflask==3.1.3\n-r other.txt\n");
        assert.deepEqual([flask, more], [{ name: "flask", version: "3.1.3", file: "requirements.txt" }, []]);
        assert.equal(newestOf("flask (3.1.4)\nAvailable versions: 3.1.4, 3.1.3\n"), "3.1.4");
        assert.equal(newestOf(""), undefined);
    });

    for (const [tag, line, tags, expected] of [
        ["7.4.7-alpine", "7.4", ["7.4.11-alpine", "7.4.9-alpine", "7.4.12", "8.0.1-alpine", "7.4.13-alpine3.22"], "7.4.11-alpine"],
        ["7.4.7-alpine", undefined, ["7.4.11-alpine", "8.0.1-alpine", "8.1.0-rc1-alpine"], "8.0.1-alpine"],
        ["v3.13.5", "3.13", ["v3.13.10", "v3.16.0", "3.13.11", "latest"], "v3.13.10"],
        ["RELEASE.2026-09-16T00-00-00Z", "RELEASE.2026", ["RELEASE.2026-10-18T00-00-00Z", "RELEASE.2025-12-31T00-00-00Z"], "RELEASE.2026-10-18T00-00-00Z"],
        ["16.13-202602261637-standard", "16", ["16.15-202608200000-standard", "18.1-202608200000-standard"], "16.15-202608200000-standard"],
        ["1.2.3", "1.2", [], "1.2.3"],
    ] as const) {
        it(`images: the newest of ${tag}${line === undefined ? "" : ` in ${line}`} is ${expected}`, () =>
            assert.equal(newestTag(tag, tags, line), expected));
    }

    it("images: both the newest of the line and the newest of all are shown, with the line's end", () => {
        const source = "https://example.com";
        const images: PinnedImage[] = [
            { image: "redis:7.4.7", line: "7.4", ends: "2029-12-01", source }, { image: "nats:2.0.0", line: "2.0", ends: { notAnnounced: "x" }, source },
            { image: "gone:1.0.0", line: "1", ends: "2030-01-01", source },
        ];
        const answers = [
            { name: "redis", tags: ["7.4.7", "7.4.11", "8.1.0"] }, { name: "nats", tags: ["2.0.0"] },
            { name: "gone", problem: "denied" as const, detail: "401 Unauthorized" },
        ];
        assert.deepEqual(imageSurvey(images, answers), {
            kind: "images", asked: 2, unasked: [{ name: "gone", reason: "401 Unauthorized" }], behind: [{
                name: "redis", current: "7.4.7", newestOfLine: "7.4.11", newest: "8.1.0", ends: "2029-12-01", file: "components/kit/images.ts",
            }],
        });
    });

    it("is a table for each kind, then what could not be asked", () => {
        const text = report([
            { kind: "npm", asked: 2, behind: [{ name: "a", current: "1", newest: "2", file: "package.json" }], unasked: [] },
            { kind: "Go", asked: 0, behind: [], unasked: [{ name: "m", reason: "403" }] },
        ]);
        assert.match(text, /^npm: 1 of 2 behind\n {2}name +current .*end of the line +written in\n {2}a +1 +2 +package\.json\n/);
        assert.match(text, /\nGo: 0 of 0 behind\n\nStay behind on purpose: nothing\nNothing holds: a\n\nCould not be asked: 1\n/);
        assert.match(text, /Could not be asked: 1\n.*\n {2}Go +m +403\n$/);
    });

    it("stays for a reason that is told; nothing holds the others, nor what lacks the fixes of its own line", () => {
        const behind = [
            { name: "typescript", current: "6.0.3", newest: "7.0.2", file: "package.json" },
            { name: "k8s.io/api", current: "v0.36.5", newest: "v0.37.2", file: "toolchain/cluster/go.mod" },
            { name: "redis", current: "7.4.7", newestOfLine: "7.4.11", newest: "8.1.0", file: "components/kit/images.ts" },
            { name: "haproxy", current: "3.2.26", newestOfLine: "3.2.26", newest: "3.4.0", file: "components/kit/images.ts" },
            { name: "zod", current: "4.6.7", newest: "4.7.0", file: "package.json" },
        ];
        const text = report([{ kind: "all", asked: 5, behind, unasked: [] }]);
        for (const name of ["typescript", "k8s.io/api", "haproxy"]) {
            const why = reasonOf(behind.find(entry => entry.name === name)!);
            assert.ok(why && text.includes(`  ${why}\n    ${name}\n`), text);
        }
        assert.match(text, /^Nothing holds: redis, zod$/m);
        assert.match(report([{ kind: "all", asked: 1, behind: behind.slice(4), unasked: [] }]), /^Stay behind on purpose: nothing\nNothing holds: zod$/m);
    });

    it("stays in a folder for that folder's reason", () => {
        const name = "google.golang.org/grpc";
        assert.ok(reasonOf({ name, file: "toolchain/cluster/go.mod" }));
        assert.equal(reasonOf({ name, file: "toolchain/cluster-other/go.mod" }), undefined);
        assert.equal(reasonOf({ name: "typescript-eslint", file: "package.json" }), undefined);
    });

    it("a program that does not exist is a reason, not a crash", async () => {
        const { ok, stderr } = await finished("no-such-program", [], "/");
        assert.ok(!ok && stderr.includes("no-such-program"));
    });
});
