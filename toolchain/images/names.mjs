// Prints the names of all images of components/kit/images.ts, one a line.
import { build } from "esbuild";
import { join } from "node:path";
import process from "node:process";

const { outputFiles: [module] } = await build({
    entryPoints: [join(import.meta.dirname, "../../components/kit/images.ts")], bundle: true, format: "esm", write: false,
});
const { images } = await import(`data:text/javascript,${encodeURIComponent(module.text)}`);
process.stdout.write(`${Object.values(images).join("\n")}\n`);
