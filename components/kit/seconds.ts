/**
 * Refuses a duration that a shell cannot count down.
 *
 * @throws when `seconds` is not a whole number from 1 to 86400.
 */
export function requireSeconds(name: string, seconds: number): void {
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > 86_400) {
        throw new Error(`${name} is ${seconds}; allowed are whole seconds from 1 to 86400.`);
    }
}
