import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { redactionFunction, redactionScript } from "../../../components/monitoring/logs/logRedaction";
import { program, runSync, temporaryFolder } from "../../harness/daemons/daemon";

/** Calls the function as Fluent Bit does, with a record written as a Lua table, and prints one of its fields. */
const driver = (record: string, field: string): string =>
    `dofile("redact.lua")\nlocal code, time, record = ${redactionFunction}("kube.x", 1.5, ${record})\n`
    + `assert(code == 2 and time == 1.5)\nio.write(tostring(record${field}))\n`;

describe("redaction of logs, in Lua", () => {
    let folder: string;
    let lua: string;
    before(() => {
        lua = program("lua5.1", "lua5.1");
        folder = temporaryFolder("redaction");
        writeFileSync(join(folder, "redact.lua"), redactionScript);
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    const redacted = (record: string, field: string): string => {
        writeFileSync(join(folder, "driver.lua"), driver(record, field));
        return runSync(lua, ["driver.lua"], { cwd: folder });
    };
    const line = (text: string): string => redacted(`{ log = ${JSON.stringify(text)} }`, ".log");

    for (const [what, text, expected] of [
        ["a bearer token", "Authorization: Bearer abc.DEF-123 done", "Authorization: [redacted] [redacted] done"],
        ["basic credentials", "sent BASIC dXNlcjpwYXNz to shop", "sent BASIC [redacted] to shop"],
        ["a JSON Web Token", "user eyJhbGciOiJI.eyJzdWIiOiIx.SflKxw_RJ-SM logged in", "user [redacted] logged in"],
        ["a password in a query", "GET /login?user=ann&password=hunter2&page=1", "GET /login?user=ann&password=[redacted]&page=1"],
        ["a password in JSON", '{"user":"ann","Password": "hunter 2","page":1}', '{"user":"ann","Password": "[redacted]","page":1}'],
        ["a key with a prefix", "DB_PASSWORD=hunter2 APP_ENV=production", "DB_PASSWORD=[redacted] APP_ENV=production"],
        ["a card with spaces", "paid with 4111 1111 1111 1111 today", "paid with [redacted] today"],
        ["a card with hyphens", "paid with 5500-0000-0000-0004 today", "paid with [redacted] today"],
        ["a card in a row", "card 378282246310005.", "card [redacted]."],
    ] as const) {
        it(`E-201: takes out ${what}`, () => assert.equal(line(text), expected));
    }

    for (const [what, text] of [
        ["numbers that are no card's", "order 4111111111111112 at 1732201200123 took 15 ms"],
        ["a date and a time", "2026-11-21 15:18:57 GET /v1/products 200"],
        ["words about passwords", "The password was changed by ann"],
        ["an empty line", ""],
    ] as const) {
        it(`E-201: leaves ${what} alone`, () => assert.equal(line(text), text));
    }

    it("E-201: finds them at any depth, by the name of the field or by its content, and leaves numbers and flags", () => {
        const record = '{ log = { context = { password = "hunter2", list = { "x", "eyJh.eyJz.Sfl" }, tries = 3, remember_token = true } } }';
        assert.equal(redacted(record, ".log.context.password"), "[redacted]");
        assert.equal(redacted(record, ".log.context.list[2]"), "[redacted]");
        assert.equal(redacted(record, ".log.context.list[1]"), "x");
        assert.equal(redacted(record, ".log.context.tries"), "3");
        assert.equal(redacted(record, ".log.context.remember_token"), "true");
    });

    it("E-201 E-197: what Kubernetes says of the pod stays", () => {
        const record = '{ log = "ok", kubernetes = { pod_name = "auth-service-1", labels = { app = "secret-store" } } }';
        assert.equal(redacted(record, ".kubernetes.pod_name"), "auth-service-1");
        assert.equal(redacted(record, ".kubernetes.labels.app"), "secret-store");
    });
});
