import type { EnvironmentDefaults } from "../../config/environments";
import type { EcommerceSettings } from "./settings";

/** What is allowed and yet unwise in prod, a sentence each. */
export function advisories({ backup, storageClass }: EcommerceSettings, { name }: EnvironmentDefaults): string[] {
    return name !== "prod" ? [] : [
        ...(backup.retentionDays !== null && backup.target === null
            ? ["backup.target names no server outside the cluster: the dumps are lost with the cluster that they are of"]
            : []),
        ...(storageClass === null ? ["storageClass is the cluster's default; name one that keeps volumes whose claims are deleted (Retain)"] : []),
    ];
}
