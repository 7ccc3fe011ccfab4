import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import type { Bill } from "../../supply/bills/bill";

/** What is wrong with a bill by the schema of CycloneDX; null where nothing is. */
export async function faults(bill: Bill): Promise<unknown> {
    return new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(JSON.stringify(bill));
}
