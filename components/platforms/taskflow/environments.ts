import type { z } from "zod";
import type { EnvironmentTable } from "../../kit/byEnvironment";
import { byEnvironment } from "../../kit/byEnvironment";
import type { taskflowSettings } from "./settings";

/** What differs between the environments of TaskFlow; a setting equal everywhere has its default in the schema. */
export const taskflowEnvironments: EnvironmentTable<z.input<typeof taskflowSettings>> = {
    frontend: {
        // T-105 and T-142 know no such target; dev keeps to them to the letter.
        exporter: byEnvironment(false, true, true),
    },
    postgres: {
        seedRows: byEnvironment(1000, 1000, 0),
    },
    redis: {
        mode: byEnvironment("single", "single", "sentinel"),
        authentication: byEnvironment(false, false, false),
    },
    prometheus: {
        retention: byEnvironment("7d", "7d", "7d"),
    },
    grafana: {
        storage: byEnvironment(null, null, "1Gi"),
    },
};
