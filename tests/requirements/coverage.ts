/** What one run of a test tool reports, as tests/harness/reporter.ts writes it. */
export interface TestRun {
    /** Titles of the tests that passed. */
    passed: string[];
    /** Titles of the tests of prose that passed. */
    documented?: string[];
    /** Titles of the tests that failed. */
    failed: string[];
    /** Titles of the tests that were skipped. */
    pending?: string[];
}

/** A capital and a number, in a list of requirements or in the title of a test. */
const requirement = /\b[A-Z]-\d+[a-z]?\b/g;

/** Characters in a line of ids, so that the report fits a terminal. */
const lineLength = 100;

/**
 * The ids that a list of requirements defines, in its order.
 *
 * @throws when the list defines an id twice.
 */
export function requirementIds(markdown: string): string[] {
    const ids = [...markdown.matchAll(/^- ([A-Z]-\d+[a-z]?) /gm)].map(match => match[1] ?? "");
    const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
    if (repeated !== undefined) {
        throw new Error(`requirement ${repeated} is defined twice; every id stands for one line`);
    }
    return ids;
}

/** What the tests of one run of `make test` say about each id. */
export interface Standing {
    /** A test of an object, a daemon or a running pod names it and passed. */
    readonly proven: ReadonlySet<string>;
    /** Only tests of prose name it, and passed. */
    readonly documented: ReadonlySet<string>;
    readonly failed: ReadonlySet<string>;
    readonly skipped: ReadonlySet<string>;
}

/** How ids stand after these runs; an id that a failing test names is neither proven nor documented. */
export function standing(runs: readonly TestRun[]): Standing {
    const named = (titles: (run: TestRun) => readonly string[] | undefined): Set<string> =>
        new Set(runs.flatMap(run => titles(run) ?? []).flatMap(title => title.match(requirement) ?? []));
    const failed = named(run => run.failed);
    const without = (ids: Set<string>, ...others: Set<string>[]): Set<string> =>
        new Set([...ids].filter(id => !others.some(other => other.has(id))));
    const proven = without(named(run => run.passed), failed);
    const documented = without(named(run => run.documented), failed, proven);
    return { proven, failed, documented, skipped: named(run => run.pending) };
}

/** Why an id is neither proven nor documented. */
function reason(id: string, { failed, skipped }: Standing, reasons: Readonly<Record<string, string>>): string {
    if (failed.has(id)) {
        return "a test that names it failed";
    }
    return reasons[id] ?? (skipped.has(id) ? "a test that names it was skipped" : "no test that names it ran");
}

/**
 * The report on one platform: how many of its requirements are proven and how many documented, which, and why the rest is not.
 * @param reasons why no test names an id
 */
export function summary(
    platform: string, ids: readonly string[], tested: Standing, reasons: Readonly<Record<string, string>> = {},
): string {
    const proven = ids.filter(id => tested.proven.has(id));
    const documented = ids.filter(id => tested.documented.has(id));
    const open = ids.filter(id => !tested.proven.has(id) && !tested.documented.has(id));
    const list = (title: string, lines: string[]): string[] => (lines.length === 0 ? [] : [`  ${title}`, ...lines]);
    return [
        `${platform}: of ${ids.length} requirements ${proven.length} proven, ${documented.length} documented, ${open.length} neither`,
        ...list("proven by a test of an object, a daemon or a running pod:", wrap(proven)),
        ...list("documented, and a test reads the page:", wrap(documented)),
        ...list("neither:", open.map(id => `    ${id}: ${reason(id, tested, reasons)}`)),
    ].join("\n");
}

function wrap(ids: string[]): string[] {
    const lines: string[] = [];
    for (const id of ids) {
        const last = lines.at(-1);
        if (last === undefined || last.length + id.length + 1 > lineLength) {
            lines.push(`    ${id}`);
        } else {
            lines[lines.length - 1] = `${last} ${id}`;
        }
    }
    return lines;
}
