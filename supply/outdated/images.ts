import type { PinnedImage } from "../../components/kit/images";
import { parseImage } from "../../components/kit/images";
import type { Answer } from "../digests/registry";
import { ask, problemText } from "../digests/registry";
import { isOf } from "../lines";
import type { Survey } from "./survey";

const file = "components/kit/images.ts";

function escaped(text: string): string {
    return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Tags of the same form, such as all `1.2.3-alpine`: the others are other builds, other platforms, or no releases. */
function alike(tag: string): RegExp {
    return new RegExp(`^${tag.split(/\d+/).map(escaped).join("(\\d+)")}$`);
}

/** Compares two tags of the same form by their numbers. */
function compare(one: string, other: string): number {
    const [first, second] = [one, other].map(tag => [...tag.matchAll(/\d+/g)].map(([digits]) => BigInt(digits)));
    const index = (first ?? []).findIndex((value, position) => value !== second?.[position]);
    return index < 0 ? 0 : (first?.[index] ?? 0n) > (second?.[index] ?? 0n) ? 1 : -1;
}

/** The newest tag of the same form as one in use, of the same release line or of all. */
export function newestTag(tag: string, tags: readonly string[], line?: string): string {
    const form = alike(tag);
    return tags.filter(other => form.test(other) && (line === undefined || isOf(line, other))).sort(compare).at(-1) ?? tag;
}

/** What registries said about the repositories of the table, as a survey. */
export function imageSurvey(images: readonly PinnedImage[], answers: readonly Answer[]): Survey {
    const byName = new Map(answers.map(answer => [answer.name, answer]));
    const found = images.map(({ image, line, ends }) => {
        const { repository, tag = "" } = parseImage(image);
        return { repository, tag, line, ends: typeof ends === "string" ? ends : "not announced", answer: byName.get(repository) };
    });
    const unasked = [...new Set(found.filter(({ answer }) => answer?.tags === undefined).map(({ repository }) => repository))];
    return {
        kind: "images",
        asked: found.filter(({ answer }) => answer?.tags !== undefined).length,
        behind: found.flatMap(({ repository, tag, line, ends, answer }) => {
            const [newestOfLine, newest] = [newestTag(tag, answer?.tags ?? [], line), newestTag(tag, answer?.tags ?? [])];
            return compare(newest, tag) <= 0 && compare(newestOfLine, tag) <= 0 ? []
                : [{ name: repository, current: tag, newestOfLine, newest: compare(newest, tag) < 0 ? tag : newest, ends, file }];
        }),
        unasked: unasked.map(name => ({ name, reason: problemText(byName.get(name) ?? { name }).replace(/^.*\((.*)\)$/s, "$1").slice(0, 160) })),
    };
}

/** Asks the registries for the tags of all images. */
export async function askImages(images: readonly PinnedImage[]): Promise<Survey> {
    const repositories = [...new Set(images.map(({ image }) => parseImage(image).repository))];
    return imageSurvey(images, await ask("tags", repositories));
}
