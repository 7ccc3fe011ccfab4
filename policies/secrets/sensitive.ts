/** Ends of names whose values are secret: DB_PASSWORD, but not PASSWORD_FILE, TOKEN_TTL or SECRET_NAME. */
const sensitiveWords = [
    "password", "passwd", "pwd", "passphrase", "secret", "token", "credentials?", "(?:api|access|secret|private|encryption|signing)[-_.]?key",
];
const sensitiveName = new RegExp(`(?:^|[^A-Za-z])(?:${sensitiveWords.join("|")})$`, "i");

const inlineSecrets: readonly (readonly [what: string, form: RegExp])[] = [
    ["a private key", /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/],
    ["a password in a URL", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"]*:(?!\$[({A-Za-z_])[^\s/@'"]+@/i],
    ["a JSON web token", /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+/],
    ["an AWS access key", /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
    ["a GitHub token", /\b(?:gh[pousr]_\w{36,}|github_pat_\w{22,})/],
];

/** Whether a value under this name is secret. camelCase counts as separate words. */
export function isSensitiveName(name: string): boolean {
    return sensitiveName.test(name.replace(/([a-z0-9])([A-Z])/g, "$1_$2"));
}

/** Whether a value stands for another one, or is empty or a switch, so that it gives nothing away. */
export function isHarmless(value: string): boolean {
    return value.trim() === "" || /^\$[({][\w.:-]+[)}]$|^\$\w+$/.test(value) || /^(?:true|false|null|none|\d{1,3})$/i.test(value)
        || /^(?:\/[\w.-]+)+\/?$/.test(value);
}

/** What secret a text holds in plain sight, such as `a private key`; undefined when none is recognised. */
export function inlineSecret(text: string): string | undefined {
    return inlineSecrets.find(([, form]) => form.test(text))?.[0];
}

/** Whether an entry of a Secret is one that must not be seen elsewhere: its key says so, or its value looks random. */
export function isConfidential(key: string, value: string): boolean {
    const looksRandom = value.length >= 16 && !/[\s:/]/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value);
    return value.length >= 8 && (isSensitiveName(key) || looksRandom) && !isHarmless(value);
}
