import type { ConfigFiles } from "../kit/volumes";
import { dataSource } from "./dashboards/panel";
import { renderYaml } from "./prometheusConfiguration";

/** Folder of the container that holds the dashboards. */
export const dashboardsFolder = "/etc/grafana/dashboards";

/** The data source, which nobody has to enter by hand. */
export function dataSourceFiles(prometheusUrl: string): ConfigFiles {
    return {
        name: "grafana-datasources",
        files: {
            "datasources.yaml": renderYaml({
                apiVersion: 1,
                datasources: [{
                    name: "Prometheus",
                    uid: dataSource.uid,
                    type: dataSource.type,
                    access: "proxy",
                    url: prometheusUrl,
                    isDefault: true,
                    editable: false,
                    // The scrape interval, from which Grafana derives $__rate_interval.
                    jsonData: { timeInterval: "15s", httpMethod: "POST" },
                }],
            }),
        },
    };
}

/** Tells Grafana where the dashboards are. */
export function dashboardProviderFiles(): ConfigFiles {
    return {
        name: "grafana-dashboard-provider",
        files: {
            "provider.yaml": renderYaml({
                apiVersion: 1,
                providers: [{
                    name: "program",
                    type: "file",
                    disableDeletion: true,
                    allowUiUpdates: false,
                    options: { path: dashboardsFolder },
                }],
            }),
        },
    };
}

/** The dashboards themselves, by file name. */
export function dashboardFiles(dashboards: Readonly<Record<string, string>>): ConfigFiles {
    return { name: "grafana-dashboards", files: dashboards };
}
