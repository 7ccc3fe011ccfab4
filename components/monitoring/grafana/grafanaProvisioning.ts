import type { ConfigFiles } from "../../kit/volumes";
import { dataSource } from "./panel";
import { renderYaml } from "../prometheus/prometheusConfiguration";

/** Folder of the container that holds the dashboards. */
export const dashboardsFolder = "/etc/grafana/dashboards";

/** Addresses of the data sources. */
export interface DataSourceUrls {
    readonly prometheus: string;
    /** @default there are no traces */
    readonly jaeger?: string;
    /** @default there are no logs */
    readonly loki?: string;
}

/** The data sources, which nobody has to enter by hand. */
export function dataSourceFiles({ prometheus, ...others }: DataSourceUrls, names?: DashboardConfigMaps): ConfigFiles {
    return {
        name: names?.dataSources ?? "grafana-datasources",
        files: {
            "datasources.yaml": renderYaml({
                apiVersion: 1,
                datasources: [{
                    name: "Prometheus",
                    uid: dataSource.uid,
                    type: dataSource.type,
                    access: "proxy",
                    url: prometheus,
                    isDefault: true,
                    editable: false,
                    // The scrape interval, from which Grafana derives $__rate_interval.
                    jsonData: { timeInterval: "15s", httpMethod: "POST" },
                }, ...Object.entries(others).map(([type, url]) => ({
                    name: `${type.charAt(0).toUpperCase()}${type.slice(1)}`, uid: type, type, access: "proxy", url, isDefault: false, editable: false,
                }))],
            }),
        },
    };
}

/** Names of ConfigMaps where a platform's document gives them. */
export interface DashboardConfigMaps {
    readonly provider: string;
    /** @default "grafana-datasources" */
    readonly dataSources?: string;
    /** Name of the ConfigMap of one dashboard, given its file's name. */
    readonly dashboard: (file: string) => string;
}

/** Tells Grafana where the dashboards are. */
export function dashboardProviderFiles(names?: DashboardConfigMaps): ConfigFiles {
    return {
        name: names?.provider ?? "grafana-dashboard-provider",
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

/** The dashboards themselves, by file name: in one ConfigMap, or in one each where those have names. */
export function dashboardFiles(dashboards: Readonly<Record<string, string>>, names?: DashboardConfigMaps): ConfigFiles[] {
    return names
        ? Object.entries(dashboards).map(([file, content]) => ({ name: names.dashboard(file), files: { [file]: content } }))
        : [{ name: "grafana-dashboards", files: dashboards }];
}
