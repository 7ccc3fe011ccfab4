import * as catalogue from "../../components/platforms";
import type { Tell } from "../harness/live/live";
import { Live } from "../harness/live/live";
import type { Form } from "../harness/live/scale";
import type { Outcome, Point } from "./outcome";
import { disruptive, harmless, watching } from "./points";
import { operatorsPoint, proveOperators } from "./operators/operators";

const words = { proven: "proven", failed: "FAILED", absent: "-" } as const;

/** What came of each point of a platform, by the point's number. */
type Row = ReadonlyMap<number, Outcome>;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

type Head = Pick<Point, "number" | "name">;
type Prove = (point: Head, how: (tell: Tell) => Promise<Outcome>) => Promise<void>;

/** Shows some points on one platform, and takes the platform away. */
async function proveOn(platform: string, form: Form, wanted: (point: Head) => boolean): Promise<Row> {
    const began = Date.now();
    const tell = (text: string): void => say(`  … ${platform} ${((Date.now() - began) / 1000).toFixed(0).padStart(4)}s  ${text}`);
    const row = new Map<number, Outcome>();
    const prove: Prove = async ({ number, name }, how) => {
        const outcome = await how(text => tell(`${name}: ${text}`))
            .catch((error: Error): Outcome => ({ state: "failed", summary: error.message }));
        row.set(number, outcome);
        tell(`${name}: ${words[outcome.state]}`);
    };
    if ([watching, ...harmless, ...disruptive].some(wanted)) {
        await proveOnOne(platform, form, wanted, tell, prove);
    }
    if (wanted(operatorsPoint)) {
        await prove(operatorsPoint, telling => proveOperators(platform, telling));
    }
    return row;
}

/** Shows those points that share one deployment. */
async function proveOnOne(platform: string, form: Form, wanted: (point: Head) => boolean, tell: Tell, prove: Prove): Promise<void> {
    const live = await Live.deploy(platform, tell, form);
    try {
        tell(live.scale.changes.length === 0 ? "deployed as declared" : `deployed, otherwise than declared: ${live.scale.changes.join("; ")}`);
        const oneByOne = async (points: readonly Point[]): Promise<void> => {
            for (const point of points.filter(wanted)) {
                await prove(point, telling => point.prove(live, telling));
            }
        };
        await Promise.all([oneByOne([watching]), oneByOne(harmless)]);
        await oneByOne(disruptive);
    } finally {
        await live.stop();
    }
}

/** One line a platform, one column a point. */
function table(points: readonly Head[], rows: ReadonlyMap<string, Row>): string {
    const heads = points.map(({ number, name }) => `${number} ${name}`);
    const line = (first: string, cells: readonly string[]): string =>
        `${first.padEnd(11)}${cells.map((cell, column) => cell.padEnd((heads[column] ?? "").length + 2)).join("")}`.trimEnd();
    return [line("", heads), ...[...rows].map(([platform, row]) =>
        line(platform, points.map(({ number }) => words[row.get(number)?.state ?? "absent"])))].join("\n");
}

function details(points: readonly Head[], platform: string, row: Row): string {
    return points.flatMap(({ number, name }) => {
        const outcome = row.get(number);
        return outcome ? [`  ${platform} ${number} ${name}: ${outcome.summary}`, ...(outcome.faults ?? []).map(fault => `      ✗ ${fault}`)] : [];
    }).join("\n");
}

/** Proves the named platforms and points, all where none is named, and says whether nothing failed. */
async function main(platforms: readonly string[], numbers: readonly number[], form: Form): Promise<boolean> {
    const wanted = ({ number }: Head): boolean => numbers.length === 0 || numbers.includes(number);
    const points: readonly Head[] = [watching, ...harmless, ...disruptive, operatorsPoint].filter(wanted)
        .sort((a, b) => a.number - b.number);
    const rows = new Map<string, Row>();
    for (const platform of platforms.length === 0 ? Object.keys(catalogue) : platforms) {
        const row = await proveOn(platform, form, wanted).catch((error: Error): Row =>
            new Map(points.map(({ number }) => [number, { state: "failed", summary: error.message }])));
        rows.set(platform, row);
        say(details(points, platform, row));
    }
    say(`\n${table(points, rows)}`);
    return ![...rows.values()].some(row => [...row.values()].some(({ state }) => state === "failed"));
}

if (require.main === module) {
    const [platforms = "", numbers = "", form = "dev"] = process.argv.slice(2);
    const listed = (text: string): string[] => text.split(",").filter(name => name !== "");
    main(listed(platforms), listed(numbers).map(Number), form as Form).then(isRight => process.exit(isRight ? 0 : 1), error => {
        process.stderr.write(`${(error as Error).stack}\n`);
        process.exit(1);
    });
}
