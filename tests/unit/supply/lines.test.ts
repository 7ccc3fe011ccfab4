import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { supportFindings, warningDays } from "../../../components/kit/supportEnd";
import { goReleaseFile, isOf, linesInUse, root } from "../../../supply/lines";

describe("release lines in use", () => {
    it("have not ended; those that end soon are told, with what to do", () => {
        const findings = supportFindings(linesInUse(), new Date());
        for (const { message } of findings.filter(({ level }) => level === "warning")) {
            process.stdout.write(`warning: ${message}\n`);
        }
        assert.deepEqual(findings.filter(({ level }) => level === "error").map(({ message }) => message), []);
    });

    it("are those of the versions in use: whoever changes a version over a line's border writes the new line and its end", () => {
        assert.deepEqual(linesInUse().filter(({ line, version }) => !isOf(line, version)).map(({ name, line }) => `${name} is not of ${line}`), []);
    });

    it("have an end with a source, or a reason why none is known", () => {
        for (const { name, ends, source } of linesInUse()) {
            assert.match(source, /^https:\/\//, name);
            assert.match(typeof ends === "string" ? ends : ends.notAnnounced, typeof ends === "string" ? /^20\d\d-\d\d-\d\d$/ : /^.{30,}\.$/, name);
        }
    });

    it("would be told of in time: each announced end is a warning the days before, and an error the day after", () => {
        const lines = linesInUse().filter(({ ends }) => typeof ends === "string");
        assert.ok(lines.length > 10);
        for (const line of lines) {
            const last = Date.parse(`${String(line.ends)}T12:00:00Z`);
            const levelOn = (days: number): string | undefined =>
                supportFindings([line], new Date(last + days * 24 * 60 * 60 * 1000))[0]?.level;
            assert.deepEqual([-warningDays - 1, -warningDays, 0, 1].map(levelOn), [undefined, "warning", "warning", "error"], line.name);
        }
    });

    it("name one release of Go in every go.mod: whoever builds gets the standard library with its fixes", () => {
        const release = (file: string): string | undefined => /^toolchain (go[\d.]+)$/m.exec(readFileSync(join(root, file), "utf8"))?.[1];
        const files = execFileSync("git", ["ls-files", "*go.mod"], { cwd: root, encoding: "utf8" }).trim().split("\n");
        const expected = release(goReleaseFile);
        assert.ok(expected);
        assert.deepEqual(files.filter(file => release(file) !== expected), [], `not built with ${expected}`);
    });

    it("a version is of a line that it begins with, number by number", () => {
        assert.ok(isOf("7.4", "7.4.11-alpine") && isOf("0.35", "v0.35.0") && isOf("16", "16-alpine") && isOf("RELEASE.2026", "RELEASE.2026-10-18"));
        assert.ok(!isOf("7.4", "7.41.0") && !isOf("1", "v2.1.0") && !isOf("v1", "vv1"));
    });
});
