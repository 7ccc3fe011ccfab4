import type { EnvironmentName } from "../../../components/kit/environment";
import { environmentNames } from "../../../components/kit/environment";
import type { Inputs } from "../mocks";
import { PlatformAlone } from "../platformAlone";
import type { StackValues } from "../program";

export const stacks = environmentNames;

/** GAUZIAN alone, and what it registers. */
export const { program: gauzian, find, object, pods, container } = new PlatformAlone("gauzian", "gauzian-v2");

/** Content of a volume claim: size, class and access. */
export async function claim(stack: EnvironmentName, name: string, settings: StackValues = {}, namespace = "gauzian-v2"): Promise<Inputs> {
    return (await object(stack, "PersistentVolumeClaim", name, settings, namespace)).spec;
}
