import assert from "node:assert/strict";
import { fillIn, withSourced } from "../../../components/kit/textFile";

describe("files of other languages", () => {
    it("get a value for each placeholder, in as many places as it stands", () => {
        assert.equal(fillIn("listen {{port}}; # {{port}} {{text}}", { port: 80, text: "$& {{port}}" }), "listen 80; # 80 $& {{port}}");
    });

    it("are refused with a placeholder that nobody fills, and with a value that nobody reads", () => {
        assert.throws(() => fillIn("{{port}} {{host}}", { port: 80, name: "x" }),
            /the placeholders port, host and was given port, name; without a value: host, without a placeholder: name/);
        assert.throws(() => fillIn("{{toString}}", {}), /without a value: toString/);
    });

    it("contain the files that a shell script reads in their places", () => {
        assert.equal(withSourced("set -u\n. ./a.sh\nrun\n", { "./a.sh": "echo '$&'\n" }), "set -u\necho '$&'\nrun\n");
    });

    it("are refused when the script reads another file, or none", () => {
        assert.throws(() => withSourced(". ./a.sh\n", { "./b.sh": "" }), /a script reads \.\/a\.sh and was given \.\/b\.sh; these differ: \.\/a\.sh, \.\/b\.sh/);
        assert.throws(() => withSourced("true\n", { "./b.sh": "" }), /reads none and was given \.\/b\.sh/);
    });
});
