import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import Mocha from "mocha";

/** Tests that read prose; a passing one shows that something is documented, and proves nothing of the program. */
const documents = resolve(__dirname, "../documents") + sep;

/**
 * Prints one line a test and a closing `N passed, N failed`, and writes the titles of one run as JSON into the
 * folder named by the environment variable `TEST_RESULTS`, from which the requirements report is made.
 */
class Reporter extends Mocha.reporters.Spec {
    constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
        super(runner, options);
        const results = { passed: [] as string[], documented: [] as string[], failed: [] as string[], pending: [] as string[] };
        runner.on("pass", test => (test.file?.startsWith(documents) ? results.documented : results.passed).push(test.fullTitle()));
        runner.on("fail", test => results.failed.push(test.fullTitle()));
        runner.on("pending", test => results.pending.push(test.fullTitle()));
        runner.on("end", () => {
            const folder = process.env["TEST_RESULTS"];
            if (folder) {
                mkdirSync(folder, { recursive: true });
                writeFileSync(join(folder, `mocha-${process.pid}.json`), JSON.stringify(results, null, 2));
            }
        });
    }

    override epilogue(): void {
        super.epilogue();
        const { passes = 0, failures = 0, pending = 0 } = this.stats;
        process.stdout.write(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}\n`);
    }
}

module.exports = Reporter;
