import type { ShellScript } from "../../kit/textFile";
import type { ObjectAction, Policy } from "./policies";
import { publicReadPolicy, userPolicy } from "./policies";
import script from "./provision.sh";

/** A bucket that provisioning creates; it never deletes one. */
export interface MinioBucket {
    /** Three to 63 small letters, digits, points and hyphens. */
    readonly name: string;
    /** Keeps replaced and deleted objects. Once on it stays on: provisioning never suspends it. @default false */
    readonly versioning?: boolean;
    /** What people without credentials may do: nothing, or fetch an object whose name they know. @default "private" */
    readonly access?: "private" | "public-read";
    /** Encrypts objects where they lie, with the server's key, unless an upload says otherwise. @default false */
    readonly encrypted?: boolean;
    /** Days after which replaced and deleted objects go for good. @default never */
    readonly oldVersionDays?: number;
    /** Days after which objects go. @default never */
    readonly expiryDays?: number;
}

/** A user that provisioning creates, as its script needs it. */
export interface ProvisionedUser {
    readonly name: string;
    /** Environment variables of the script with its credentials. */
    readonly variables: { readonly accessKey: string; readonly secretKey: string };
    readonly buckets: readonly string[];
    readonly actions: readonly ObjectAction[];
}

/** What the script is to bring about. */
export interface MinioProvisioning {
    readonly buckets: readonly MinioBucket[];
    readonly users: readonly ProvisionedUser[];
}

/** Name of the server in provision.sh; `MC_HOST_<alias>` holds its address and root credentials. */
export const serverAlias = "server";

/** Folder where the container sees {@link policyFiles}. */
export const policyFolder = "/etc/minio-policies";

const isPublic = ({ access }: MinioBucket): boolean => access === "public-read";
const hasLifecycle = ({ oldVersionDays, expiryDays }: MinioBucket): boolean => oldVersionDays !== undefined || expiryDays !== undefined;

/** Rules by which a bucket forgets, as `mc ilm rule import` reads them. */
function lifecycle({ oldVersionDays, expiryDays }: MinioBucket): object {
    const rule = (ID: string, action: object): object => ({ ID, Status: "Enabled", Filter: { Prefix: "" }, ...action });
    return {
        Rules: [
            ...(oldVersionDays === undefined ? []
                : [rule("old-versions", { NoncurrentVersionExpiration: { NoncurrentDays: oldVersionDays } })]),
            ...(expiryDays === undefined ? [] : [rule("expiry", { Expiration: { Days: expiryDays } })]),
        ],
    };
}

/** The policies as files, by file name. */
export function policyFiles({ buckets, users }: MinioProvisioning): Record<string, string> {
    const text = (content: Policy | object): string => `${JSON.stringify(content, null, 2)}\n`;
    return Object.fromEntries([
        ...buckets.filter(isPublic).map(({ name }) => [`bucket-${name}.json`, text(publicReadPolicy(name))]),
        ...buckets.filter(hasLifecycle).map(bucket => [`lifecycle-${bucket.name}.json`, text(lifecycle(bucket))]),
        ...users.map(({ name, buckets, actions }) => [`user-${name}.json`, text(userPolicy(buckets, actions))]),
    ]);
}

/**
 * Script for `mc` that creates buckets, policies and users, and brings those that exist up to date: safe to repeat.
 * Secret keys reach `mc` through the environment or its input, never as arguments, which all processes of a node can read.
 * @param folder where the script sees {@link policyFiles}
 * @throws Error when a name is not allowed, or a user's bucket is not among the buckets
 */
export function provisioningScript(provisioning: MinioProvisioning, folder = policyFolder): ShellScript {
    requireNames(provisioning);
    const { buckets, users } = provisioning;
    const named = (isOne: (bucket: MinioBucket) => unknown): string => buckets.filter(isOne).map(({ name }) => name).join(" ");
    return {
        text: script,
        environment: {
            POLICY_FOLDER: folder,
            BUCKETS: named(() => true),
            PUBLIC_BUCKETS: named(isPublic),
            VERSIONED_BUCKETS: named(({ versioning }) => versioning),
            ENCRYPTED_BUCKETS: named(({ encrypted }) => encrypted),
            FORGETFUL_BUCKETS: named(hasLifecycle),
            USERS: users.map(({ name, variables: { accessKey, secretKey } }) => `${name}:${accessKey}:${secretKey}`).join(" "),
        },
    };
}

function requireNames({ buckets, users }: MinioProvisioning): void {
    const known = buckets.map(({ name }) => name);
    for (const name of known) {
        if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
            throw new Error(`bucket "${name}" is not allowed; a bucket has 3 to 63 small letters, digits, points and hyphens, such as media`);
        }
    }
    for (const { name, buckets: own } of users) {
        if (!/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(name)) {
            throw new Error(`user "${name}" is not allowed; a user has 2 to 63 small letters, digits and hyphens, such as media`);
        }
        const missing = own.find(bucket => !known.includes(bucket));
        if (missing !== undefined || own.length === 0) {
            throw new Error(`user "${name}" has ${missing === undefined ? "no bucket" : `the bucket "${missing}", which is not provisioned`}; `
                + `give it some of ${known.join(", ")}`);
        }
    }
}
