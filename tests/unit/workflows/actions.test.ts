import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const root = join(__dirname, "../../..");

interface Step {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
    readonly needs?: string | readonly string[];
    readonly permissions?: Readonly<Record<string, string>>;
    readonly env?: Readonly<Record<string, string>>;
    readonly steps: readonly Step[];
}
interface File {
    readonly permissions?: object;
    readonly env?: Readonly<Record<string, string>>;
    readonly jobs?: Readonly<Record<string, Job>>;
    readonly runs?: { readonly steps: readonly Step[] };
}

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ".github/*.yml", ".github/*.yaml", "examples/*.yml"],
    { cwd: root, encoding: "utf8" }).trim().split("\n").map(path => {
    const text = readFileSync(join(root, path), "utf8");
    return { path, text, content: parse(text) as File };
});
const jobs = files.flatMap(({ path, content }) => Object.entries(content.jobs ?? {}).map(([name, job]) => ({ name: `${path} ${name}`, job })));
const steps = [...files.flatMap(({ content }) => content.runs?.steps ?? []), ...jobs.flatMap(({ job }) => job.steps)];

describe("GitHub Actions", () => {
    it("are named by commit, with the version beside it", () => {
        const others = files.flatMap(({ text }) => text.match(/(?<=uses: )(?!\.\/).*/g) ?? []);
        assert.ok(others.length > 20);
        assert.deepEqual(others.filter(uses => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(uses)), []);
        const versions = new Map<string, Set<string>>();
        for (const uses of others) {
            const [action = ""] = uses.split("@");
            versions.set(action, (versions.get(action) ?? new Set()).add(uses));
        }
        assert.deepEqual([...versions.values()].filter(({ size }) => size > 1), [], "one commit for each action");
    });

    it("get no permission by default, and each job what it needs", () => {
        for (const { path, content } of files.filter(({ content: { jobs: own } }) => own)) {
            assert.deepEqual(content.permissions, {}, path);
        }
        for (const { name, job } of jobs) {
            const { "pull-requests": comments, ...rest } = job.permissions ?? {};
            assert.deepEqual(rest, { contents: "read" }, name);
            assert.equal(comments, name.endsWith("pull-request.yaml preview") ? "write" : undefined, name);
        }
    });

    it("keep no token of the checkout, and give secrets to single steps only", () => {
        const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
        assert.ok(checkouts.length > 8);
        assert.deepEqual(checkouts.filter(({ with: inputs }) => inputs?.["persist-credentials"] !== false), []);
        for (const { path, content: { env } } of files) {
            assert.doesNotMatch(JSON.stringify(env ?? {}), /secrets\./, path);
        }
        for (const { name, job } of jobs) {
            assert.doesNotMatch(JSON.stringify(job.env ?? {}), /secrets\./, name);
        }
    });

    it("put nothing that others write into a shell script", () => {
        assert.deepEqual(steps.filter(({ run }) => /\$\{\{\s*(github|inputs|needs|steps)\./.test(run ?? "")).map(({ run }) => run), []);
    });

    it("deploy only what the tests have passed", () => {
        const text = (path: string): File => files.find(file => file.path === path)?.content ?? {};
        assert.equal(text(".github/workflows/deploy-dev.yaml").jobs?.["up"]?.needs, "test");
        assert.ok(text(".github/workflows/deploy-dev.yaml").jobs?.["test"]?.steps.some(({ run }) => run === "make test"));
        assert.ok(text("examples/aquaerp-delivery/.github/workflows/selective-deploy.yml").jobs?.["dev"]?.needs?.includes("test"));
    });

    it("A-115: preview a change against the stack as its base has it, on a cluster of the run's own", () => {
        const { runs } = files.find(({ path }) => path === ".github/actions/preview/action.yaml")?.content ?? {};
        const [base, change] = runs?.steps ?? [];
        assert.match(base?.run ?? "", /git worktree add --detach "\$RUNNER_TEMP\/base" "\$BASE"\nmake -C "\$RUNNER_TEMP\/base" up/);
        assert.match(change?.run ?? "", /^make preview /m);
        assert.doesNotMatch(files.find(({ path }) => path.endsWith("pull-request.yaml"))?.text ?? "", /secrets\.|CLUSTER=current/);
    });
});
