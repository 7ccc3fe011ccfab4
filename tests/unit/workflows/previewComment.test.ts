import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const comment = require("../../../.github/preview-comment.cjs") as (options: unknown) => Promise<void>;

interface Call {
    readonly action: "create" | "update";
    readonly body: string;
    readonly id?: number;
}

describe("comment on a pull request", () => {
    let directory: string;

    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), "preview-comment-"));
    });

    afterEach(() => rmSync(directory, { recursive: true }));

    /** Comments as the action would, on a pull request that has these comments already. */
    async function publish(log: string, existing: readonly { id: number; body: string }[] = []): Promise<Call[]> {
        const file = join(directory, "preview.log");
        writeFileSync(file, log);
        const calls: Call[] = [];
        const issues = {
            listComments: undefined,
            createComment: ({ body }: { body: string }) => calls.push({ action: "create", body }),
            updateComment: ({ body, comment_id: id }: { body: string; comment_id: number }) => calls.push({ action: "update", body, id }),
        };
        const github = { paginate: async () => existing, rest: { issues } };
        const context = { repo: { owner: "o", repo: "r" }, issue: { number: 7 } };
        await comment({ github, context, stack: "staging", outcome: "success", log: file });
        return calls;
    }

    it("shows the summary above the whole log, without terminal colours", async () => {
        const [call] = await publish("\u001b[1mPreviewing\u001b[0m\nResources:\n    + 93 to create\n");
        assert.equal(call?.action, "create");
        assert.match(call?.body ?? "", /Preview of `staging`: passes the policy pack\n```\nResources:\n {4}\+ 93 to create\n```/);
        assert.ok(!call?.body.includes("\u001b"));
    });

    it("replaces its own earlier comment and leaves other stacks' alone", async () => {
        const calls = await publish("log", [{ id: 1, body: "<!-- preview of dev -->\n" }, { id: 2, body: "<!-- preview of staging -->\n" }]);
        assert.deepEqual(calls.map(({ action, id }) => [action, id]), [["update", 2]]);
    });

    it("stays below the size that GitHub accepts", async () => {
        const [call] = await publish("x".repeat(200_000));
        assert.ok((call?.body.length ?? Infinity) < 65_536);
    });
});
