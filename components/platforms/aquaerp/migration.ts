import type { TaskArgs } from "../../app/task";
import type { PostgresProperty } from "../../data/postgres/contract";
import type { Connectable } from "../../kit/connection";
import { resources } from "../../kit/resources";
import { scratch } from "../../kit/volumes";
import type { AquaErpSettings } from "./settings";
import { appConfig } from "./workloads";

/** The Job that prepares the database, or null where the services do it themselves. */
export function migrationArgs(settings: AquaErpSettings, database: Connectable<PostgresProperty>): TaskArgs | null {
    const { migration: { image, command }, registry: { pullSecret } } = settings;
    return image === null ? null : {
        component: "database-migration",
        connectsTo: [database],
        container: {
            name: "migrate",
            image,
            command,
            environment: appConfig(settings).files,
            resources: resources("50m/64Mi", "500m/256Mi"),
            mounts: [{ volume: scratch("tmp", "64Mi"), path: "/tmp" }],
        },
        ...(pullSecret !== null && { imagePullSecrets: [pullSecret] }),
        deadlineSeconds: 600,
        runAs: { user: 1000 },
    };
}
