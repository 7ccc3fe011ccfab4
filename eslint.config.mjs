import js from "@eslint/js";
import boundaries from "eslint-plugin-boundaries";
import tseslint from "typescript-eslint";

// Which rooms a room may import from, besides itself. Arrows point down; docs/architecture.md draws those that exist.
const rooms = {
    platforms: ["monitoring", "data", "edge", "security", "app", "config", "kit"],
    monitoring: ["data", "edge", "security", "app", "kit"],
    data: ["security", "app", "kit"],
    edge: ["security", "app", "kit"],
    security: ["app", "kit"],
    app: ["kit"],
    config: ["kit"],
    kit: [],
};

export default tseslint.config(
    { ignores: ["**/node_modules/**", ".state/**"] },
    js.configs.recommended,
    ...tseslint.configs.recommended,
    {
        files: ["**/*.ts"],
        rules: {
            "max-lines": ["error", { max: 300, skipBlankLines: false, skipComments: false }],
            "max-len": ["error", { code: 140, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true }],
            "no-console": "error",
            "@typescript-eslint/consistent-type-imports": "error",
            "@typescript-eslint/explicit-module-boundary-types": "error",
            "@typescript-eslint/no-require-imports": "off",
        },
    },
    // Tests share what lies in tests/harness; what one folder needs alone stays in it. Points of the proof share what points are.
    {
        files: ["tests/**/*.ts"],
        ignores: ["tests/harness/**", "tests/proof/*/**"],
        rules: {
            "no-restricted-imports": ["error", { patterns: [{
                regex: "^(\\.\\./)+(?!\\.\\./|harness/|components/|policies/|supply/|index$|images\\.lock\\.json$)",
                message: "Tests import from tests/harness and the program only; move what two folders need to tests/harness.",
            }] }],
        },
    },
    {
        files: ["tests/harness/**/*.ts"],
        rules: {
            "no-restricted-imports": ["error", { patterns: [{
                regex: "^(\\.\\./)+(unit|engine|documents|requirements|policies/(?!framework|tests))/|\\.test$",
                message: "The harness knows no test; what it needs of one lies in tests/harness.",
            }] }],
        },
    },
    {
        files: ["components/**/*.ts"],
        plugins: { boundaries },
        settings: {
            "import/resolver": { node: { extensions: [".ts", ".js", ".json"] } },
            "boundaries/elements": Object.keys(rooms).map(room => ({ type: room, pattern: `components/${room}` })),
            // What lies outside the rooms, such as the lock of the images, is not a room's business.
            "boundaries/include": ["components/**/*"],
        },
        rules: {
            "boundaries/no-unknown-files": "error",
            "boundaries/dependencies": ["error", {
                default: "disallow",
                policies: Object.entries(rooms).map(([room, below]) => ({
                    from: { element: { type: room } },
                    allow: { to: { element: { types: { anyOf: [room, ...below] } } } },
                })),
            }],
        },
    },
    {
        files: ["**/*.cjs"],
        languageOptions: { sourceType: "commonjs", globals: { module: "writable", require: "readonly" } },
        rules: { "@typescript-eslint/no-require-imports": "off" },
    },
);
