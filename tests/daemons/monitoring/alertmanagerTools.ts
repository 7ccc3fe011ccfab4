import { join } from "node:path";
import { mkdirSync, writeFileSync } from "node:fs";
import type { AlertmanagerConfiguration } from "../../../components/monitoring/alerting/alertmanagerConfiguration";
import { secretsFolder } from "../../../components/monitoring/alerting/alertmanagerConfiguration";
import { renderYaml } from "../../../components/monitoring/prometheus/prometheusConfiguration";
import { builtPrograms } from "../../harness/daemons/builtPrograms";

/** Paths of the programs with which alerting is checked and run. */
export interface AlertmanagerTools {
    readonly alertmanager: string;
    readonly amtool: string;
}

/** Finds the programs, or builds them, which takes some minutes the first time. */
export function alertmanagerTools(): AlertmanagerTools {
    const folder = builtPrograms("alertmanager");
    return { alertmanager: join(folder, "alertmanager"), amtool: join(folder, "amtool") };
}

/**
 * Writes a rendered configuration and the receivers' secrets below a folder, with the folder of the secrets replaced by a
 * local one; `change` replaces what only time can give.
 * @returns path of the configuration
 */
export function layDownAlertmanager(
    folder: string, configuration: AlertmanagerConfiguration, secrets: Readonly<Record<string, string>>,
    change: (text: string) => string = text => text,
): string {
    const local = join(folder, "secrets");
    mkdirSync(local, { recursive: true });
    Object.entries(secrets).forEach(([key, value]) => writeFileSync(join(local, key), value));
    const file = join(folder, "alertmanager.yml");
    writeFileSync(file, change(renderYaml(configuration)).replaceAll(secretsFolder, local));
    return file;
}
