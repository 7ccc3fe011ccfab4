/** Ends of names whose values are secret, also where they are glued to what stands before them, as in PGPASSWORD. */
const gluedWords = ["password", "passwd", "passphrase", "requirepass", "masterauth"];
/** The same for words of their own: DB_PASS, but not BYPASS, PASSWORD_FILE, TOKEN_TTL or SECRET_NAME. */
const words = ["pwd", "pass", "secret", "token", "cookie", "credentials?", "(?:api|access|secret|private|encryption|signing)key",
    "secret[-_.]?key[-_.]?base"];
const sensitiveName = new RegExp(`(?:${gluedWords.join("|")}|(?:^|[^A-Za-z])(?:${words.join("|")}))$`, "i");

/** A key opens something, but for those that find or order something or that anybody may have. */
const sensitiveKey = /[A-Za-z0-9][-_.]key$/i;
const plainKeys = ["public", "primary", "foreign", "partition", "shard(?:ing)?", "sort", "order", "group", "routing", "cache", "lookup", "row",
    "object", "idempotency", "label"];
const plainKey = new RegExp(`(?:^|[^A-Za-z])(?:${plainKeys.join("|")})[-_.]key$`, "i");

/** What stands under a name that ends in AUTH is either a password, as in REDISCLI_AUTH, or a way of asking for one. */
const authentication = /[-_.]auth$/i;
const ways = ["plain", "login", "basic", "digest", "bearer", "optional", "required", "trust", "peer", "(?:cram-)?md5", "scram(?:-sha-\\d+)?(?:-plus)?",
    "ntlm", "oauth2?", "oidc", "ldap", "m?tls", "jwt"];
const way = new RegExp(`^(?:${ways.join("|")})$`, "i");

/** A reference to a variable; what it stands for is filled in where the value is used. */
const reference = /^\$[({][\w.:-]+[)}]$|^\$\w+$/;
/** In a text also what a template, a shell or a program puts a value in place of. */
const computed = /^(?:[$%<{(`\\*@]|(?:process\.env|os|env|config|self|this|args|params|secrets|var|local)\b[.[])|\)$/;

const literal = "(?![$({A-Za-z_]*[$({])";
const inlineSecrets: readonly (readonly [what: string, form: RegExp])[] = [
    ["a private key", /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/],
    ["a password in a URL", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"]*:(?!\$[({A-Za-z_])[^\s/@'"]+@/i],
    ["a password in a data source name", new RegExp(`[\\w.-]:${literal}[^\\s:@/'"]+@(?:tcp|unix|udp)?\\(`)],
    ["a JSON web token", /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+/],
    ["an AWS access key", /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
    ["a GitHub token", /\b(?:gh[pousr]_\w{36,}|github_pat_\w{22,})/],
];

/** `password=x`, wherever it stands: in libpq's connection strings, arguments, URLs and files. */
const assigned = /(?:^|[\s;&?,"'])-{0,2}([A-Za-z][\w.-]*)=["']?([^\s;&"',]+)/g;
/** `password = "x"` and `password: x`, each in a line of its own. */
const configured = /^\s*["']?([A-Za-z][\w.-]*)["']?[ \t]*[:=][ \t]*["']?([^\s"',;#]+)["']?[ \t]*[,;]?[ \t]*(?:#.*)?$/gm;
/** Redis and its Sentinel have a blank between the two, and `>` before the password of a user. */
const directives = [
    /^[ \t]*(requirepass|masterauth)[ \t]+["']?([^\s"']+)/gm, /^[ \t]*sentinel[ \t]+(auth-pass)[ \t]+\S+[ \t]+["']?([^\s"']+)/gm,
    /^[ \t]*user[ \t](?=.*[ \t](>)([^\s>]+))/gm,
];

/** Whether a value under this name is secret. camelCase counts as separate words. */
export function isSensitiveName(name: string): boolean {
    const separated = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2");
    return sensitiveName.test(separated) || authentication.test(separated) || (sensitiveKey.test(separated) && !plainKey.test(separated));
}

/** Whether a value stands for another one, or is empty or a switch, so that it gives nothing away. */
export function isHarmless(value: string): boolean {
    return value.trim() === "" || reference.test(value) || /^(?:true|false|null|none|\d{1,3})$/i.test(value)
        || /^(?:\/[\w.-]+)+\/?$/.test(value);
}

/** Whether a name and its value give a secret away. */
export function givesAway(name: string, value: string): boolean {
    return isSensitiveName(name) && !isHarmless(value) && !(authentication.test(name) && way.test(value));
}

/** Whether a setting of a program names a field, as in `sort_by_key: updated_at`. */
function namesField(name: string, value: string): boolean {
    return !sensitiveName.test(name) && sensitiveKey.test(name) && /^[a-z][a-z_.]*$/.test(value);
}

/** The first name under which a text holds a secret, such as `requirepass`. */
function namedSecret(text: string): string | undefined {
    for (const form of [assigned, configured]) {
        for (const [, name, value] of text.matchAll(form)) {
            if (givesAway(name!, value!) && !computed.test(value!) && !namesField(name!, value!)) {
                return name;
            }
        }
    }
    for (const form of directives) {
        for (const [, name, value] of text.matchAll(form)) {
            if (!isHarmless(value!) && !computed.test(value!)) {
                return name === ">" ? "a user" : name;
            }
        }
    }
    return undefined;
}

/** What secret a text holds in plain sight, such as `a private key`; undefined when none is recognised. */
export function inlineSecret(text: string): string | undefined {
    const name = namedSecret(text);
    return inlineSecrets.find(([, form]) => form.test(text))?.[0] ?? (name && `the literal value of ${name}`);
}

/** Name of the option by which the next argument is a secret, such as `requirepass` of `--requirepass`; undefined for any other. */
export function secretOption(argument: string): string | undefined {
    const name = /^--?([A-Za-z][\w.-]*)$/.exec(argument)?.[1];
    return name !== undefined && isSensitiveName(name) ? name : undefined;
}

/** Whether an entry of a Secret is one that must not be seen elsewhere: its key says so, or its value looks random. */
export function isConfidential(key: string, value: string): boolean {
    const looksRandom = value.length >= 16 && !/[\s:/]/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value);
    return value.length >= 8 && (isSensitiveName(key) || looksRandom) && !isHarmless(value);
}
