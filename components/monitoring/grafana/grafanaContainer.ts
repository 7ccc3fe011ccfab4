import type { Container } from "../../kit/pod";
import { httpProbe } from "../../kit/probes";
import type { ContainerResources } from "../../kit/resources";
import type { SecretKey } from "../../kit/secretKey";
import type { ConfigFiles, Volume } from "../../kit/volumes";
import { combinedVolume, configVolume, scratch } from "../../kit/volumes";
import { dashboardsFolder } from "./grafanaProvisioning";

/** What the container of Grafana is made from. */
export interface GrafanaContainerArgs {
    readonly image: string;
    readonly resources: ContainerResources;
    readonly user: SecretKey;
    readonly password: SecretKey;
    /** Address in the browser; null derives it from each request. */
    readonly rootUrl: string | null;
    /** File name of the dashboard to open first. */
    readonly homeDashboard: string | undefined;
    readonly storage: Volume;
    readonly dataSources: ConfigFiles;
    readonly provider: ConfigFiles;
    readonly dashboards: readonly ConfigFiles[];
}

/** The container of Grafana. */
export function grafanaContainer(args: GrafanaContainerArgs): Container {
    return {
        name: "grafana",
        image: args.image,
        ports: { http: 3000 },
        environment: { GF_SECURITY_ADMIN_USER: args.user, GF_SECURITY_ADMIN_PASSWORD: args.password, ...settings(args) },
        resources: args.resources,
        probes: {
            startup: httpProbe("/api/health", "http", { periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 24 }),
            readiness: httpProbe("/api/health", "http", { periodSeconds: 5, timeoutSeconds: 3 }),
            liveness: httpProbe("/api/health", "http", { timeoutSeconds: 3 }),
        },
        mounts: [
            { volume: args.storage, path: "/var/lib/grafana" },
            { volume: scratch("tmp", "64Mi"), path: "/tmp" },
            { volume: configVolume("datasources", args.dataSources), path: "/etc/grafana/provisioning/datasources", readOnly: true },
            { volume: configVolume("dashboard-provider", args.provider), path: "/etc/grafana/provisioning/dashboards", readOnly: true },
            { volume: dashboardsVolume(args.dashboards), path: dashboardsFolder, readOnly: true },
        ],
    };
}

function dashboardsVolume(dashboards: readonly ConfigFiles[]): Volume {
    const [first] = dashboards;
    return first && dashboards.length === 1 ? configVolume("dashboards", first) : combinedVolume("dashboards", dashboards);
}

/** @see https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/ */
function settings({ rootUrl, homeDashboard }: GrafanaContainerArgs): Record<string, string> {
    return {
        GF_SERVER_ROOT_URL: rootUrl ?? "%(protocol)s://%(domain)s:%(http_port)s/",
        ...(rootUrl?.startsWith("https:") && { GF_SECURITY_COOKIE_SECURE: "true" }),
        ...(homeDashboard !== undefined && { GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${dashboardsFolder}/${homeDashboard}` }),
        GF_LOG_MODE: "console",
        GF_USERS_ALLOW_SIGN_UP: "false",
        GF_AUTH_ANONYMOUS_ENABLED: "false",
        // At start Grafana 13 replaces its bundled data sources by newer ones from the network; where its root file
        // system is read-only it only removes them: https://github.com/grafana/grafana-operator/issues/2946
        GF_PLUGINS_PREINSTALL_DISABLED: "true",
        GF_PLUGINS_PREINSTALL_AUTO_UPDATE: "false",
        // Nothing in the pod may call out of the cluster.
        GF_ANALYTICS_REPORTING_ENABLED: "false",
        GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
        GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
        GF_NEWS_NEWS_FEED_ENABLED: "false",
        GF_SECURITY_DISABLE_GRAVATAR: "true",
    };
}
