/** What one run of a test tool reports, as tests/harness/reporter.ts writes it. */
export interface TestRun {
    /** Titles of the tests that passed. */
    passed: string[];
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

/** The ids that passing tests name, less those that a failing test names too. */
export function provenIds(runs: TestRun[]): Set<string> {
    const named = (titles: string[]): string[] => titles.flatMap(title => title.match(requirement) ?? []);
    const failed = new Set(runs.flatMap(run => named(run.failed)));
    return new Set(runs.flatMap(run => named(run.passed)).filter(id => !failed.has(id)));
}

/** The report on one platform: how many of its requirements are proven, which, and which are not. */
export function summary(platform: string, ids: string[], proven: Set<string>): string {
    const done = ids.filter(id => proven.has(id));
    const open = ids.filter(id => !proven.has(id));
    const list = (title: string, members: string[]): string[] => (members.length === 0 ? [] : [`  ${title}`, ...wrap(members)]);
    return [
        `${platform}: ${done.length} of ${ids.length} requirements proven by tests that ran and passed`,
        ...list("proven:", done),
        ...list("without a passing test:", open),
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
