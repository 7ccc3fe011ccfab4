import { fillIn } from "../../../kit/textFile";
import seed from "./seed.sql";

/**
 * Statement that fills an empty table `tasks` with numbered test tasks: about 30 % completed; about 20 % low,
 * 56 % medium and 24 % high priority. A table with rows is left alone.
 *
 * @param rows number of tasks, 0 for none
 * @throws when `rows` is not a whole number from 0 to 1000000.
 */
export function seedSql(rows: number): string {
    if (!Number.isInteger(rows) || rows < 0 || rows > 1_000_000) {
        throw new Error(`seedRows is ${rows}; allowed are whole numbers from 0 to 1000000. Correct taskflow.seedRows in the stack config.`);
    }
    if (rows === 0) {
        return "";
    }
    // Each CASE branch draws again: P(medium) = 0.8 × 0.7, P(high) = 0.8 × 0.3.
    return fillIn(seed, { rows });
}
