// Prints the names of all images of components/kit/images.ts, one a line.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const { outputFiles: [module] } = await build({
    entryPoints: [fileURLToPath(new URL("../../components/kit/images.ts", import.meta.url))],
    bundle: true, format: "esm", write: false,
});
const { images } = await import(`data:text/javascript,${encodeURIComponent(module.text)}`);
console.log(Object.values(images).join("\n"));
