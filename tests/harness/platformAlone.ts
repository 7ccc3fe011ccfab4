import assert from "node:assert/strict";
import type { EnvironmentName } from "../../components/kit/environment";
import type { Inputs, Registration } from "./mocks";
import type { RenderedContainer, RenderedPods } from "./pods";
import { containersOf, podsOf } from "./pods";
import type { RecordedProgram, StackValues } from "./program";
import { aloneValues, recordedOnce } from "./program";

/** One platform alone in the stacks, and what it registers there; what was recorded once is read by every test of a file. */
export class PlatformAlone {
    /** @param home namespace in which objects are looked for where a test names none. @default the platform's name */
    constructor(private readonly platform: string, private readonly home = platform) {}

    /** Everything that it registers in a stack with some settings. */
    readonly program = (stack: EnvironmentName, settings: StackValues = {}, more: StackValues = {}): Promise<RecordedProgram> =>
        recordedOnce(stack, aloneValues(stack, this.platform, settings, more));

    /** The object of a kind, a namespace and a name; fails when there is none or more than one. */
    readonly find = ({ recording }: RecordedProgram, kind: string, name: string, namespace = this.home): Registration => {
        const found = recording.ofKind(kind).filter(({ inputs: { metadata } }) =>
            metadata.name === name && (metadata.namespace ?? namespace) === namespace);
        assert.equal(found.length, 1, `${found.length} objects ${kind} ${namespace}/${name}`);
        return found[0] as Registration;
    };

    /** Inputs of one object. */
    readonly object = async (
        stack: EnvironmentName, kind: string, name: string, settings: StackValues = {}, namespace = this.home,
    ): Promise<Inputs> => this.find(await this.program(stack, settings), kind, name, namespace).inputs;

    /** Pods of one workload. */
    readonly pods = async (stack: EnvironmentName, workload: string, settings: StackValues = {}): Promise<RenderedPods> => {
        const found = podsOf((await this.program(stack, settings)).recording).find(({ name }) => name === workload);
        assert.ok(found, `${stack} has no workload ${workload}`);
        return found;
    };

    /** One container, by the names of its workload and its own. @default the workload's name */
    readonly container = async (
        stack: EnvironmentName, workload: string, settings: StackValues = {}, name = workload,
    ): Promise<RenderedContainer> => {
        const found = containersOf(await this.pods(stack, workload, settings)).find(item => item.name === name);
        assert.ok(found, `${stack} has no container ${workload}/${name}`);
        return found;
    };
}
