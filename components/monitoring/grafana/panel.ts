import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import type { Dataquery as PrometheusQuery } from "@grafana/grafana-foundation-sdk/prometheus";
import type { Options as StatOptions } from "@grafana/grafana-foundation-sdk/stat";
import type { FieldConfig, Options as TimeseriesOptions } from "@grafana/grafana-foundation-sdk/timeseries";
import type { Panel, Query, Threshold } from "../../kit/telemetry";

// Only the types of the panel kinds are imported: their modules would load 140 more files at each start of the program.

/** The data source that is provisioned in components/monitoring/grafanaProvisioning.ts. */
export const dataSource: common.DataSourceRef = { type: "prometheus", uid: "prometheus" };

const timeseriesOptions: TimeseriesOptions = {
    legend: {
        showLegend: true,
        displayMode: common.LegendDisplayMode.List,
        placement: common.LegendPlacement.Bottom,
        calcs: [],
    },
    tooltip: { mode: common.TooltipDisplayMode.Multi, sort: common.SortOrder.Descending },
};

const statOptions: StatOptions = {
    graphMode: common.BigValueGraphMode.None,
    colorMode: common.BigValueColorMode.Value,
    justifyMode: common.BigValueJustifyMode.Auto,
    textMode: common.BigValueTextMode.Auto,
    wideLayout: true,
    showPercentChange: false,
    percentChangeColorMode: common.PercentChangeColorMode.Standard,
    orientation: common.VizOrientation.Auto,
    reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
};

function curves(thresholds: readonly Threshold[]): FieldConfig {
    return {
        drawStyle: common.GraphDrawStyle.Line,
        lineWidth: 1,
        fillOpacity: 10,
        showPoints: common.VisibilityMode.Never,
        spanNulls: false,
        ...(thresholds.length > 0 && { thresholdsStyle: { mode: common.GraphThresholdsStyleMode.Line } }),
    };
}

function thresholdsConfig(thresholds: readonly Threshold[]): dashboard.ThresholdsConfigBuilder {
    return new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps([
        // Grafana reads null as minus infinity; the first step must have it.
        { value: null, color: "green" },
        ...thresholds.map(({ value, color }) => ({ value, color })),
    ]);
}

function target(query: Query, index: number, instant: boolean): Builder<Dataquery> {
    const content: PrometheusQuery = {
        refId: String.fromCharCode("A".charCodeAt(0) + index),
        expr: query.expr,
        legendFormat: query.legend,
        ...(instant ? { instant: true } : { range: true }),
        _implementsDataqueryVariant: () => undefined,
    };
    return { build: () => content };
}

/** A panel of the dashboard schema, eight units wide and high: three in a line. */
export function panelBuilder(panel: Panel, id: number): dashboard.PanelBuilder {
    const { thresholds = [] } = panel;
    const isStat = panel.kind === "stat";
    const builder = new dashboard.PanelBuilder()
        .id(id)
        .type(panel.kind)
        .title(panel.title)
        .datasource(dataSource)
        .span(8)
        .height(8)
        .targets(panel.queries.map((query, index) => target(query, index, isStat)))
        .options(isStat ? statOptions : timeseriesOptions)
        .unit(panel.unit)
        .thresholds(thresholdsConfig(thresholds));
    if (!isStat) {
        builder.custom(curves(thresholds));
    }
    if (panel.unit === "none") {
        builder.decimals(0);
    }
    return panel.description === undefined ? builder : builder.description(panel.description);
}
