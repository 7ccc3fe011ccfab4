import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { PrometheusConfiguration } from "../../../components/monitoring/prometheus/prometheusConfiguration";
import type { RuleGroups } from "../../../components/monitoring/prometheus/rules";

/** Addresses with the labels that discovery would give them. */
export interface TargetGroup {
    readonly targets: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
}

/** Addresses that stand in for the cluster's, by scrape job. */
export type LocalTargets = Readonly<Record<string, readonly TargetGroup[]>>;

/** Where a configuration is laid down so that it runs outside a pod. */
export interface LocalConfiguration {
    /** Stands for /etc/prometheus. */
    readonly folder: string;
    readonly file: string;
}

const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Writes a rendered configuration below a folder, with the folders of a pod replaced by local ones. Everything else
 * stays as it is deployed; `change` replaces what only a cluster can give.
 */
export function layDown(
    folder: string, configuration: PrometheusConfiguration, rules: RuleGroups,
    change: (text: PrometheusConfiguration) => object = text => text,
): LocalConfiguration {
    const account = join(folder, "serviceaccount");
    mkdirSync(account, { recursive: true });
    writeFileSync(join(account, "token"), "token-of-the-test");
    writeFileSync(join(account, "ca.crt"), "");
    const text = stringify(change(configuration)).replaceAll(serviceAccount, account).replaceAll("/etc/prometheus", folder);
    const file = join(folder, "prometheus.yml");
    writeFileSync(file, text);
    writeFileSync(join(folder, "alerts.rules.yml"), stringify(rules));
    return { folder, file };
}

/** Puts local targets in the place of service discovery, carrying the labels that discovery would give them; scrapes each second. */
export function withTargets(configuration: PrometheusConfiguration, local: LocalTargets): object {
    return {
        ...configuration,
        global: { ...configuration.global, scrape_interval: "1s", evaluation_interval: "1s" },
        scrape_configs: configuration.scrape_configs.map(job =>
            ({ ...job, kubernetes_sd_configs: [], static_configs: local[job.job_name] ?? [] })),
    };
}
