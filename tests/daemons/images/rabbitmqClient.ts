import type { Container } from "./container";

/**
 * Asks a broker by one of its own tools. Now and then such a tool turns in circles for ever when it has asked before the broker
 * listened, deaf to any signal but one: it is ended and asked again. It is a child of the shell script that bears its name, and
 * holds that script's output open.
 * @throws Error with what it said last
 */
export async function askBroker(container: Container, ...question: readonly string[]): Promise<string> {
    const attempt = (): Promise<string> => container.mustExecWithin(30, ...question);
    return attempt().catch(attempt).catch(attempt);
}
