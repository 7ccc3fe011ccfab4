import type { EnvironmentDefaults } from "../../kit/environment";
import { externalStore } from "./secretStores";
import type { EcommerceSettings } from "./settings";

/** What is allowed and yet unwise outside dev, a sentence each. */
export function advisories(settings: EcommerceSettings, { name }: EnvironmentDefaults): string[] {
    const { backup, storageClass, images: { digestWaiver } } = settings;
    const everywhere = name === "dev" || externalStore(settings)
        ? []
        : ["secrets.store names no store: the databases' passwords are generated, and kept in the state of the stack only"];
    return name !== "prod" ? everywhere : [
        ...everywhere,
        ...(digestWaiver === null ? [] : [`images are named by tag: ${digestWaiver}`]),
        ...(backup.retentionDays !== null && backup.target === null
            ? ["backup.target names no server outside the cluster: the dumps are lost with the cluster that they are of"]
            : []),
        ...(storageClass === null ? ["storageClass is the cluster's default; name one that keeps volumes whose claims are deleted (Retain)"] : []),
    ];
}
