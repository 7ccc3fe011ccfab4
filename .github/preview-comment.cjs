// Keeps one comment per stack on a pull request: the preview's result, and its log to unfold.
const { readFileSync } = require("node:fs");
const { stripVTControlCharacters } = require("node:util");

// GitHub refuses comments of more than 65,536 characters.
const longestLog = 60_000;

module.exports = async ({ github, context, stack, outcome, log }) => {
    const marker = `<!-- preview of ${stack} -->`;
    const text = stripVTControlCharacters(readFileSync(log, "utf8"));
    const shown = text.length > longestLog ? `(the first lines are left out)\n${text.slice(-longestLog)}` : text;
    const summary = (text.match(/^Resources:\n(?: +.*\n)+/m)?.[0] ?? "").trim();
    const body = [
        marker,
        `### Preview of \`${stack}\`: ${outcome === "success" ? "passes the policy pack" : "fails"}`,
        ...(summary === "" ? [] : ["```", summary, "```"]),
        "<details><summary>whole preview</summary>", "", "```", shown.replace(/```/g, "'''"), "```", "", "</details>",
    ].join("\n");
    const target = { ...context.repo, issue_number: context.issue.number };
    const comments = await github.paginate(github.rest.issues.listComments, target);
    const known = comments.find(comment => comment.body?.startsWith(marker));
    await (known
        ? github.rest.issues.updateComment({ ...context.repo, comment_id: known.id, body })
        : github.rest.issues.createComment({ ...target, body }));
};
