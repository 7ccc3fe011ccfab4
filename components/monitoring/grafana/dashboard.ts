import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import type { Telemetry } from "../../kit/telemetry";
import { panelBuilder } from "./panel";

/** A dashboard in plain values. */
export interface DashboardArgs {
    /** Identifier in its URL. */
    readonly uid: string;
    readonly title: string;
    readonly tags: readonly string[];
    /** One row each, in this order. */
    readonly telemetry: readonly Telemetry[];
}

/** A dashboard of the last 15 minutes that refreshes every 10 seconds, as the JSON that Grafana provisions. */
export function dashboardJson({ uid, title, tags, telemetry }: DashboardArgs): string {
    const builder = new dashboard.DashboardBuilder(title)
        .uid(uid)
        .tags([...tags])
        .readonly()
        .timezone("browser")
        .tooltip(dashboard.DashboardCursorSync.Crosshair)
        .time({ from: "now-15m", to: "now" })
        .refresh("10s");
    let id = 0;
    for (const { name, panels } of telemetry.filter(({ panels }) => panels.length > 0)) {
        builder.withRow(new dashboard.RowBuilder(name).id(++id));
        panels.forEach(panel => builder.withPanel(panelBuilder(panel, ++id)));
    }
    return JSON.stringify(builder.build());
}
