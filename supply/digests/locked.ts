import { join } from "node:path";
import { readFileSync } from "node:fs";
import type { ImageLock } from "../../components/kit/images";
import { imageTable } from "../../components/kit/images";
import lock from "../../images.lock.json";
import { matchesAny } from "../../policies/framework/exemption";
import { commandLine } from "../commandLine";

/** Line about the images that run by tag; undefined when there is nothing to say of a stack. */
export function lockLine(stack: string, requiredIn: readonly string[], images: readonly string[], digests: ImageLock): string | undefined {
    const locked = images.filter(image => digests[image] !== undefined).length;
    if (!matchesAny(requiredIn, stack) || locked === images.length) {
        return undefined;
    }
    return `digests: ${locked} of ${images.length} images are locked in images.lock.json, the others run by tag; make pin asks the registries`;
}

if (require.main === module) {
    const { stack } = commandLine("Usage: locked.ts --stack STACK\n\nSays how many images of a stack that has to have digests have none.\n",
        process.argv.slice(2), { stack: { type: "string" } });
    const { imageDigest: { requiredIn } } = JSON.parse(readFileSync(join(__dirname, "../../policies/platforms.json"), "utf8"));
    const line = lockLine(stack ?? "", requiredIn, Object.values(imageTable).map(({ image }) => image), lock);
    process.stdout.write(line === undefined ? "" : `${line}\n`);
}
