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

/**
 * Seconds of a duration such as `500ms`, `1s` or `2m`.
 * @throws RangeError when the text is no such duration
 */
export function parseSeconds(text: string): number {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
    if (!match) {
        throw new RangeError(`"${text}" is not a duration; allowed is a number with ms, s, m or h, such as 500ms`);
    }
    const [, number, unit] = match as unknown as [string, string, keyof typeof unitSeconds];
    return Number(number) * unitSeconds[unit];
}

const unitSeconds = { ms: 0.001, s: 1, m: 60, h: 3600 } as const;
