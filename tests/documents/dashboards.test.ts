import assert from "node:assert/strict";
import { dashboardsPage, keptPage, layout } from "../harness/monitoring/dashboardsPage";

describe("docs/dashboards.md", () => {
    it("shows every dashboard as it is laid out", async () => {
        assert.equal(keptPage(), await dashboardsPage(), "run: npm run docs:dashboards");
    });

    it("draws panels side by side, in rows, with titles that need two lines", () => {
        const at = (type: string, title: string, x: number, y: number, w: number): object => ({ type, title, gridPos: { x, y, w, h: 8 } });
        const panels = [
            at("row", "Stores", 0, 0, 24), at("timeseries", "A title that is much longer than its panel is wide", 0, 1, 8), at("stat", "B", 8, 1, 16),
        ] as Parameters<typeof layout>[0]["panels"];
        assert.deepEqual(layout({ uid: "", title: "", panels }).split("\n"), [
            `+- Stores ${"-".repeat(110)}+`,
            `| A title that is much longer than its  | # B${" ".repeat(75)}|`,
            `| panel is wide                         |${" ".repeat(79)}|`,
            `+${"-".repeat(119)}+`,
        ]);
    });
});
