import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../kit/connection";
import type { Scope } from "../../kit/scope";
import { ScopedComponent } from "../../app/scopedComponent";
import { GeneratedSecret } from "../../security/generatedSecret";
import type { ServiceName } from "./services";
import { gateway } from "./services";
import type { EcommerceSettings } from "./settings";

/** Bytes of Laravel's key, as AES-256 needs them. */
const keyBytes = 32;

type ApplicationKey = GeneratedSecret<never, "key", "APP_KEY">;

/** Laravel's key in its own form, from hexadecimal digits. @see https://laravel.com/docs/encryption#configuration */
export function applicationKey(hexadecimal: string): string {
    return `base64:${Buffer.from(hexadecimal, "hex").toString("base64")}`;
}

/** Services that make and check tokens. */
const tokenHolders: readonly ServiceName[] = [gateway, "auth-service"];

/** Secrets of the services themselves; those of stores come with their connections. */
export class Secrets extends ScopedComponent {
    /** Password of Redis. */
    readonly redis: GeneratedSecret<never, "password">;
    private readonly tokens: GeneratedSecret<never, "JWT_SECRET">;
    private readonly keys: ReadonlyMap<ServiceName, ApplicationKey>;

    constructor(scope: Scope, settings: EcommerceSettings, names: readonly ServiceName[], opts?: pulumi.ComponentResourceOptions) {
        super("ecommerce:Secrets", "secrets", scope, opts);
        this.redis = new GeneratedSecret<never, "password">("redis-secret", scope,
            { values: {}, passwords: { password: { length: 43 } }, rotation: settings.redis.rotation }, { parent: this });
        this.tokens = new GeneratedSecret<never, "JWT_SECRET">("jwt-secret", scope,
            { values: {}, passwords: { JWT_SECRET: { length: 64 } } }, { parent: this });
        this.keys = new Map(names.map(name => [name, new GeneratedSecret<never, "key", "APP_KEY">(`${name}-secret`, scope, {
            values: {},
            passwords: { key: { length: 2 * keyBytes, alphabet: "hexadecimal" } },
            derived: { APP_KEY: ({ key }) => applicationKey(key) },
        }, { parent: this })]));
        this.registerOutputs();
    }

    /** Variables of one service. */
    of(name: ServiceName): Environment {
        return {
            APP_KEY: this.keyOf(name).key("APP_KEY"),
            ...(tokenHolders.includes(name) && { JWT_SECRET: this.tokens.key("JWT_SECRET") }),
        };
    }

    /** What must exist before a service starts. */
    ready(name: ServiceName): pulumi.Resource[] {
        return [this.keyOf(name).secret, ...(tokenHolders.includes(name) ? [this.tokens.secret] : [])];
    }

    private keyOf(name: ServiceName): ApplicationKey {
        return this.keys.get(name) as ApplicationKey;
    }
}
