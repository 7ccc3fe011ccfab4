import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { recordProgram } from "../../tests/harness/program";
import { commandLine } from "../commandLine";
import { root } from "../lines";
import type { Bill } from "./bill";
import { merged, readBill, specVersion, subject } from "./bill";
import { billOfImages, imagesIn } from "./images";

const usage = `Usage: supply/run.sh sbom [--stack STACK] [--directory DIR]

Writes three bills of materials in CycloneDX ${specVersion}:

  program.cdx.json       npm packages of the program and of the policy pack, also those that only build and test them
  toolchain.cdx.json     Go modules of every go.mod here
  images-STACK.cdx.json  images that the stack runs, from the program as Pulumi.STACK.yaml configures it

  --stack STACK    default: dev
  --directory DIR  where they are put; default: .state/sbom
`;

/** Bills of the packages of each package-lock.json. */
export function billOfPackages(scratch: string): Bill {
    const folders = [root, join(root, "policies")];
    return merged("platforms-program", folders.map((folder, index) => {
        const file = join(scratch, `npm-${index}.json`);
        execFileSync(join(root, "node_modules/.bin/cyclonedx-npm"), [
            "--package-lock-only", "--flatten-components", "--output-reproducible", "--spec-version", specVersion, "--output-file", file, join(folder, "package.json"),
        ], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
        return readBill(file);
    }));
}

/** Modules that another one of the repository takes from its folder: they are in that one's bill. */
const parts = ["toolchain/engine/provider-random/shim/go.mod"];

/** Every go.mod of the repository that something is built from. */
export function goModules(): string[] {
    return execFileSync("git", ["ls-files", "*go.mod"], { cwd: root, encoding: "utf8" }).trim().split("\n").filter(file => !parts.includes(file));
}

/**
 * Bills of what the go.mod itself names. Of the first one's modules only files are read: what these would need to run is not fetched,
 * and is no part of anything here. Behind the second one's stands a module that the proxy does not serve (inet.af/netaddr) and nothing
 * is built from; its go.mod is tidy, and so names all that is.
 */
const asNamed = ["toolchain/cluster/crds/go.mod", "toolchain/daemons/prometheus/exporters/go.mod"];

/** The bill of the modules that a go.mod names itself. */
function billOfNamed(goModule: string): Bill {
    const { Module, Require } = JSON.parse(execFileSync("go", ["mod", "edit", "-json"], { cwd: join(root, dirname(goModule)), encoding: "utf8" }));
    const components = (Require as { Path: string; Version: string }[]).map(({ Path, Version }) => {
        const purl = `pkg:golang/${Path}@${encodeURIComponent(Version)}?type=module`;
        return { type: "library", name: Path, version: Version, purl, "bom-ref": purl };
    });
    const own = subject(Module.Path);
    return {
        bomFormat: "CycloneDX", specVersion, version: 1, metadata: { component: own }, components,
        dependencies: [{ ref: Module.Path, dependsOn: components.map(({ purl }) => purl) }],
    };
}

/** The bill of the modules that a go.mod needs. */
export function billOfModule(goModule: string, scratch: string): Bill {
    if (asNamed.includes(goModule)) {
        return billOfNamed(goModule);
    }
    const file = join(scratch, `${goModule.replaceAll("/", "-")}.json`);
    // A build fetches what it needs on this platform; the bill names the modules of all platforms, with the hash of each.
    execFileSync("go", ["mod", "download"], { cwd: join(root, dirname(goModule)), stdio: ["ignore", "ignore", "pipe"] });
    execFileSync("go", [
        "tool", `-modfile=${join(root, "supply/tools/go.mod")}`, "cyclonedx-gomod", "mod", "-json", "-noserial",
        "-output-version", specVersion, "-output", file, join(root, dirname(goModule)),
    ], { cwd: join(root, "supply/tools"), stdio: ["ignore", "ignore", "pipe"] });
    return readBill(file);
}

/** The bill of the images of a stack, from the program as the stack's file configures it. */
async function billOfStack(stack: string): Promise<Bill> {
    const file = join(root, `Pulumi.${stack}.yaml`);
    const { config = {} } = existsSync(file) ? parse(readFileSync(file, "utf8")) as { config?: Record<string, unknown> } : {};
    const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^platforms:/, ""), value]));
    const { recording } = await recordProgram(stack, values);
    return billOfImages(`platforms-images-${stack}`, imagesIn(recording.objects.map(({ inputs }) => inputs)));
}

async function sbom(): Promise<void> {
    const { stack = process.env["STACK"] ?? "dev", directory = join(root, ".state/sbom") } =
        commandLine(usage, process.argv.slice(2), { stack: { type: "string" }, directory: { type: "string" } });
    mkdirSync(directory, { recursive: true });
    const scratch = mkdtempSync(join(tmpdir(), "sbom-"));
    const write = (name: string, bill: Bill): void => {
        writeFileSync(join(directory, `${name}.cdx.json`), `${JSON.stringify(bill, null, 2)}\n`);
        process.stdout.write(`  ✓ ${name}.cdx.json  ${bill.components.length} components\n`);
    };
    try {
        process.stdout.write(`Bills of materials in ${directory}\n`);
        write("program", billOfPackages(scratch));
        write(`images-${stack}`, await billOfStack(stack));
        const bills = goModules().map(goModule => {
            process.stdout.write(`    ${goModule}\n`);
            return billOfModule(goModule, scratch);
        });
        write("toolchain", merged("platforms-toolchain", bills));
    } finally {
        rmSync(scratch, { recursive: true });
    }
}

if (require.main === module) {
    void sbom();
}
