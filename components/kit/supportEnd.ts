/** The last day on which a release line gets fixes, as `2027-04-30` (UTC), or why no such day is known. */
export type End = string | { readonly notAnnounced: string };

/** How long before a line's end a warning begins. */
export const warningDays = 90;

/** A release line in use, such as Redis 7.4. */
export interface SupportedLine {
    /** What a reader calls it, such as `redis:7.4.11-alpine`. */
    readonly name: string;
    readonly line: string;
    readonly ends: End;
    /** Where the end is announced. */
    readonly source: string;
    /** File in which the version is written. */
    readonly file: string;
}

/** What is to be said of a line. */
export interface SupportFinding {
    readonly level: "warning" | "error";
    readonly message: string;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;

/**
 * Whole days from a day until the end of a line's last day; negative when that is over.
 * @throws Error when the end is no date
 */
export function daysLeft(ends: string, now: Date): number {
    const last = Date.parse(`${ends}T00:00:00Z`);
    if (!/^\d{4}-\d\d-\d\d$/.test(ends) || Number.isNaN(last)) {
        throw new Error(`"${ends}" is no date; allowed is a day such as 2027-04-30`);
    }
    const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
    return (last - today) / dayMilliseconds;
}

/**
 * What is to be said of lines on a day: a warning when one ends within {@link warningDays} days, an error when one has ended.
 * A line without an announced end is passed over.
 */
export function supportFindings(lines: readonly SupportedLine[], now: Date): SupportFinding[] {
    return lines.flatMap(({ name, line, ends, source, file }): SupportFinding[] => {
        if (typeof ends !== "string") {
            return [];
        }
        const left = daysLeft(ends, now);
        const remedy = `change it in ${file} to a version of a line that is still supported, and line, ends and source with it `
            + `(${source}; make outdated lists the versions)`;
        if (left < 0) {
            return [{ level: "error", message: `${name}: line ${line} ended on ${ends} and gets no fixes; ${remedy}` }];
        }
        return left > warningDays ? [] : [{ level: "warning", message: `${name}: line ${line} ends on ${ends}, in ${left} days; ${remedy}` }];
    });
}
