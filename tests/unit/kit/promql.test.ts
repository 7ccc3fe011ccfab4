import assert from "node:assert/strict";
import { MetricSource } from "../../../components/kit/metricSource";
import { absentOrZero, escapePattern, oneOf, perSecond, rate, series, share } from "../../../components/kit/promql";
import type { Telemetry } from "../../../components/kit/telemetry";
import { expressionsOf, metricsFrom, withoutAlerts } from "../../../components/kit/telemetry";

describe("PromQL", () => {
    it("selects series by texts and patterns, quoted", () => {
        assert.equal(series("up", { app: "redis", pod: /redis-.+/ }), "up{app=\"redis\",pod=~\"redis-.+\"}");
        assert.equal(series("up", {}), "up{}");
        assert.equal(series("up", { path: "a\"b\\c", other: /\d+/ }), "up{path=\"a\\\"b\\\\c\",other=~\"\\\\d+\"}");
    });

    it("sums what grows, of all or by labels, over a given time or the panel's own", () => {
        assert.equal(rate("requests{}", "5m"), "sum(rate(requests{}[5m]))");
        assert.equal(rate("requests{}", "5m", ["code", "pod"]), "sum by (code, pod) (rate(requests{}[5m]))");
        assert.equal(perSecond("requests{}"), "sum(rate(requests{}[$__rate_interval]))");
        assert.equal(perSecond("requests{}", ["code"]), "sum by (code) (rate(requests{}[$__rate_interval]))");
    });

    it("notices series that are gone, and divides", () => {
        assert.equal(absentOrZero("up"), "(up) == 0 or absent(up)");
        assert.equal(share("used", "all"), "used / all");
    });

    it("matches any of some texts and nothing else", () => {
        assert.equal(escapePattern("a.b*c+d?e^f$g{h}i(j)k|l[m]n\\o"), "a\\.b\\*c\\+d\\?e\\^f\\$g\\{h\\}i\\(j\\)k\\|l\\[m\\]n\\\\o");
        assert.equal(oneOf(["a.b", "c"]).source, "a\\.b|c");
    });
});

describe("metrics of a source", () => {
    it("are remembered when they are selected, each once and sorted, with the labels of the source", () => {
        const source = new MetricSource("redis", { app: "redis" });
        assert.equal(source.of("redis_up"), "redis_up{app=\"redis\"}");
        assert.equal(source.of("redis_memory", { pod: /a/ }), "redis_memory{app=\"redis\",pod=~\"a\"}");
        source.of("redis_up");
        assert.deepEqual(source.required, { from: "redis", names: ["redis_memory", "redis_up"] });
    });
});

describe("telemetry", () => {
    const alert = (name: string): Telemetry["alerts"][number] =>
        ({ name, expr: `${name} > 0`, for: "1m", severity: "warning", summary: "s", description: "d" });
    const panel = (expr: string): Telemetry["panels"][number] => ({ title: expr, kind: "stat", unit: "none", queries: [{ expr, legend: "l" }] });
    const telemetry: Telemetry = {
        name: "Redis", alerts: [alert("A"), alert("B")], panels: [panel("p")], details: [panel("d")],
        recordings: [{ record: "r", expr: "recorded" }],
        metrics: [{ from: "redis", names: ["b", "a"] }, { from: "node", names: ["c"] }, { from: "redis", names: ["a"] }],
    };

    it("lists every expression", () => {
        assert.deepEqual(expressionsOf(telemetry), ["recorded", "A > 0", "B > 0", "p", "d"]);
        assert.deepEqual(expressionsOf({ name: "n", alerts: [], panels: [], metrics: [] }), []);
    });

    it("says what must be scraped of a source, each once and sorted", () => {
        assert.deepEqual(metricsFrom("redis", [telemetry, telemetry]), ["a", "b"]);
        assert.deepEqual(metricsFrom("mysql", [telemetry]), []);
    });

    it("goes without alerts that are named, and keeps the rest", () => {
        assert.deepEqual(withoutAlerts(telemetry, ["A"]), { ...telemetry, alerts: [alert("B")] });
        assert.equal(telemetry.alerts.length, 2);
    });
});
