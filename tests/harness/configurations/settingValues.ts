import fc from "fast-check";
import type { z } from "zod";
import { certManagerMetrics } from "../../../components/monitoring/rules/certManager";
import * as kinds from "../../../components/kit/settings";

interface Check {
    readonly check: string;
    readonly format?: string;
    readonly pattern?: RegExp;
    readonly prefix?: string;
}

/** What {@link Schema} says of itself, as far as values are made from it. */
interface Definition {
    readonly type: string;
    readonly innerType?: Schema;
    readonly element?: Schema;
    readonly shape?: Readonly<Record<string, Schema>>;
    readonly keyType?: Schema;
    readonly valueType?: Schema;
    readonly options?: readonly Schema[];
    readonly items?: readonly Schema[];
    readonly entries?: Readonly<Record<string, string>>;
    readonly values?: readonly unknown[];
    readonly format?: string;
    readonly checks?: readonly { readonly _zod: { readonly def: Check } }[];
}

/** A zod schema, looked into. */
export interface Schema {
    readonly _zod: { readonly def: Definition };
    readonly minValue?: number;
    readonly maxValue?: number;
    readonly isInt?: boolean;
}

/** A schema as something that can be looked into. */
export function lookedInto(schema: z.ZodType): Schema {
    return schema as unknown as Schema;
}

const label63 = "a".repeat(63);

/** What no setting should take, and what a careless one does. */
const hostileTexts = fc.constantFrom(
    "", " ", "x", "-", ".", "a.b", "-a", "a-", "A", "ä", "5 apples", "null", "true", "0", "-1", "1e3", "a/b", "a:b", "a b", "a\nb", "'", "\"", "\\", "$(x)",
    "${x}", "{{x}}", "%", "#", label63, `${label63}a`, "a".repeat(253), "a".repeat(300), `${label63}.${label63}`,
);

const plain = fc.constantFrom("a", "app", "shop-one", "main", "fast");
const amounts = fc.tuple(
    fc.constantFrom("1m", "50m", "100m", "0.5", "1", "1.5", "2", "64", "1000000"),
    fc.constantFrom("1Mi", "16Mi", "64Mi", "128Mi", "256Mi", "512Mi", "1Gi", "1.5Gi", "2Gi", "4Gi", "64Gi", "1000000Gi", "1Ki"),
).map(pair => pair.join("/"));

/** Values of the types of settings that say by a function what they take. */
const byKind = new Map<Schema, { readonly plausible: fc.Arbitrary<unknown>; readonly hostile: fc.Arbitrary<unknown> }>(([
    [kinds.volumeSize, fc.constantFrom(
        "1Gi", "2Gi", "5Gi", "10Gi", "20Gi", "100Gi", "512Mi", "1Ti", "128Mi", "64Mi", "32Mi", "16Mi", "1Mi", "1Ki", "1.5Gi", "0.5Gi", "1G", "500M",
        "1048576", "4096Mi", "256Mi", "64Ti",
    ), fc.constantFrom("10000Pi", "1Ei", "1", "100m", "1m", "1n", "0.001", "7.5Ei", "99999999999999999999", "0", "0Gi", "-1Gi", "1 Gi", "1gi", "1GB", "1Gi ", "1e3", "1.", ".5Gi", "1,5Gi", "Gi", "1.2.3Gi")],
    [kinds.memory, fc.constantFrom("1Ki", "16Mi", "64Mi", "128Mi", "192Mi", "256Mi", "512Mi", "1Gi", "1.5Gi", "64Gi", "1000000Gi"),
        fc.constantFrom("1", "128M", "100m", "1Ti", "0Mi", "-1Mi", "1n", "10000Pi")],
    [kinds.requestsAndLimits, fc.record({ requests: amounts, limits: amounts }),
        fc.record({ requests: fc.constantFrom("1.2.3m/5Gi", "100m", "/", "0/1Gi", "1/0Mi", "100m/128M", "1/1"), limits: amounts })],
    [kinds.image, fc.constantFrom(
        "app:1.4.2", "registry.example.com/shop/app:1.4.2", `app@sha256:${"0".repeat(64)}`, "registry.example.com:5000/app:v1", `app:1@sha256:${"a".repeat(64)}`,
        `registry.example.com/app:${"1".repeat(128)}`, "a:b",
    ), fc.constantFrom("app", "app:latest", "app:", ":1", "App:1", "app:1 2", "registry.example.com:5000/app", "app@sha256:short", "app:ä", "a//b:1")],
    [kinds.hostname, fc.constantFrom("shop.example.com", "a", "localhost", label63, `${label63}.example.com`, "1", "a.b.c.d.e", [1, 2, 3].map(() => label63).join(".")),
        fc.constantFrom("Shop.example.com", "a..b", ".a", "a.", "*.example.com", "a_b", "a".repeat(64), "http://a", "a:80")],
    [kinds.namespaceName, fc.constantFrom("shop", "a", label63, "monitoring", "storm", "taskflow", "aquaerp", "gauzian-v2", "e-commerce-messaging", "1", "a--b"),
        fc.constantFrom("a.b", "A", `${label63}a`, "-a", "a_b", "kube-system", "default", "kube-node-lease")],
    [kinds.cidr, fc.constantFrom("0.0.0.0/0", "203.0.113.0/24", "10.0.0.1/32", "::/0", "2001:db8::/32", "203.0.113.7/8", "fd00::1/128", "::ffff:10.0.0.0/104"),
        fc.constantFrom("999.1.1.1/8", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0/8", "2001:db8::/129", "fe80::1%eth0/64", "a/8", "010.0.0.0/8")],
    [kinds.ownNamespace, fc.constantFrom("shop", "a", label63, "monitoring", "storm", "taskflow", "aquaerp", "traefik", "e-commerce-messaging", "1", "a--b"),
        fc.constantFrom("a.b", "A", `${label63}a`, "-a", "a_b", "kube-system", "default", "kube-node-lease")],
    [kinds.retention, fc.constantFrom("1h", "7d", "2w", "1y", "10y", "3650d"), fc.constantFrom("0d", "11y", "99999999999999999999y", "7", "7m", "1d12h", "-1d")],
    [kinds.hostAndPort, fc.constantFrom("smtp.example.com:587", "a:1", "10.0.0.1:65535"), fc.constantFrom("smtp.example.com", "a:0", "a:65536", ":25", "ppl:0")],
    [kinds.serviceAddress, fc.constantFrom(
        "alertmanager.monitoring.svc:9093", "a.b.svc:1", "a.b.svc.cluster.local:65535", `${label63}.${label63}.svc:80`, certManagerMetrics, "redis.storm.svc:6379",
    ), fc.constantFrom("cert-manager", "a.b:80", "a.b.svc", "a.b.svc:0", "a.b.svc:65536", "http://a.b.svc:80", "a.b.svc:80/", "-.-.svc:80", "A.b.svc:80")],
] as const).map(([schema, plausible, hostile]) => [lookedInto(schema), { plausible, hostile }]));

const formats: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    email: fc.constantFrom("a@example.com", "shop@mail.example.com"),
    url: fc.constantFrom("https://example.com", "http://10.0.0.1:9000/path", "https://example.com:8443/a?b=c#d", "https://user:secret@example.com", "https://[2001:db8::1]/"),
};

function texts({ _zod: { def } }: Schema): fc.Arbitrary<unknown> {
    const checks = def.checks?.map(({ _zod: { def: check } }) => check) ?? [];
    const prefix = checks.map(check => check.prefix).find(found => found !== undefined);
    if (prefix !== undefined) {
        return plain.map(text => `${prefix}${text}`);
    }
    if (checks.some(({ check }) => check === "custom")) {
        return fc.constantFrom("1Mi", "64Mi", "1Gi", "4Gi", "100Gi", "1.4.2", "v1", "a".repeat(128));
    }
    const pattern = checks.map(check => check.pattern).find(found => found !== undefined);
    const format = formats[def.format ?? ""];
    return format ?? (pattern ? fc.stringMatching(pattern, { size: "small" }) : plain);
}

function numbers({ minValue = -1e9, maxValue = 1e9, isInt = false }: Schema): fc.Arbitrary<unknown> {
    const [least, most] = [Math.max(minValue, -1e9), Math.min(maxValue, 1e9)];
    return isInt
        ? fc.oneof(
            fc.integer({ min: least, max: most }), fc.constantFrom(least, least + 1, most),
            fc.integer({ min: least, max: Math.min(most, least + 9) }),
        )
        : fc.double({ min: least, max: most, noNaN: true });
}

/** Whether an object may lack a member of this schema. */
function mayLack({ _zod: { def } }: Schema): boolean {
    return ["optional", "default", "prefault"].includes(def.type);
}

/** Values that a user might mean, most of which the schema takes. */
export function plausible(schema: Schema): fc.Arbitrary<unknown> {
    const { def } = schema._zod;
    const known = byKind.get(schema);
    if (known) {
        return known.plausible;
    }
    switch (def.type) {
        case "string": return texts(schema);
        case "number": return numbers(schema);
        case "boolean": return fc.boolean();
        case "enum": return fc.constantFrom(...Object.values(def.entries ?? {}));
        case "literal": return fc.constantFrom(...def.values ?? []);
        case "nullable": return fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 3, arbitrary: value(def.innerType as Schema) });
        case "optional": case "default": case "prefault": return value(def.innerType as Schema);
        case "array": return fc.array(value(def.element as Schema), { maxLength: 4 });
        case "tuple": return fc.tuple(...(def.items ?? []).map(value));
        case "union": return fc.oneof(...(def.options ?? []).map(value));
        case "record": return fc.dictionary(
            plausible(def.keyType as Schema) as fc.Arbitrary<string>, value(def.valueType as Schema),
            { maxKeys: 3, noNullPrototype: true });
        case "template_literal": return fc.integer({ min: 1, max: 100_000 }).map(number => `${number}mb`);
        case "object": {
            const shape = def.shape ?? {};
            return fc.record(Object.fromEntries(Object.entries(shape).map(([key, member]) => [key, value(member)])),
                { requiredKeys: Object.keys(shape).filter(key => !mayLack(shape[key] as Schema)), noNullPrototype: true });
        }
        default: throw new Error(`no values are known for a setting of type ${def.type}; teach them to ${__filename}`);
    }
}

const anything = fc.oneof(hostileTexts, fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e21, 101, 65_536, [], {}, [""], { a: 1 }));

/** The same, with one in thirty that nobody should mean. */
export function value(schema: Schema): fc.Arbitrary<unknown> {
    const hostile = byKind.get(schema)?.hostile;
    return fc.oneof(
        { weight: 60, arbitrary: plausible(schema) }, { weight: 1, arbitrary: hostile ?? anything }, { weight: 1, arbitrary: anything },
    );
}
