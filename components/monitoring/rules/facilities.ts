import type { WorkloadNode } from "../../kit/graph";
import type { Telemetry } from "../../kit/telemetry";
import { quotaTelemetry } from "./quotas";
import { saturationTelemetry } from "./saturation";
import { workloadTelemetry } from "./workloads";

/** Arguments of {@link facilityTelemetry}. */
export interface FacilityTelemetryArgs {
    /** Namespaces that are watched. */
    readonly namespaces: readonly string[];
    /** Workloads of the program; the kinds of those in the namespaces decide which alerts there are. */
    readonly workloads: readonly WorkloadNode[];
}

/** What every namespace brings along, whatever runs in it: its controllers, its processors, its quotas. */
export function facilityTelemetry({ namespaces, workloads }: FacilityTelemetryArgs): Telemetry[] {
    const kinds = workloads.filter(({ namespace }) => namespaces.includes(namespace)).map(({ kind }) => kind);
    return [workloadTelemetry({ namespaces, kinds }), saturationTelemetry({ namespaces }), quotaTelemetry({ namespaces })];
}
