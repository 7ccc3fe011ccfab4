import type { EnvironmentDefaults } from "../../kit/environment";
import type { AquaErpSettings } from "./settings";

/** What is allowed and yet unwise in prod, a sentence each. */
export function advisories(
    { mailer, storageClass, registry: { digestWaiver } }: AquaErpSettings, { name }: EnvironmentDefaults,
): string[] {
    return name !== "prod" ? [] : [
        ...(mailer.smtp === null ? ["mailer.smtp names no relay: mailer-service starts, and sends nothing"] : []),
        ...(digestWaiver === null ? [] : [`images are named by tag: ${digestWaiver}`]),
        ...(storageClass === null ? ["storageClass is the cluster's default; where that is node-bound, as local-path is, PostgreSQL stays on one node"] : []),
    ];
}
