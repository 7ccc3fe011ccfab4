import type { ObjectAction, Policy } from "./policies";
import { publicReadPolicy, userPolicy } from "./policies";

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

/** Name of the server in the script; `MC_HOST_<alias>` holds its address and root credentials. */
export const serverAlias = "server";

/** Folder where the container sees {@link policyFiles}. */
export const policyFolder = "/etc/minio-policies";

const policyOf = (user: string): string => `${user}-buckets`;
const userFile = (user: string): string => `user-${user}.json`;
const bucketFile = (bucket: string): string => `bucket-${bucket}.json`;
const lifecycleFile = (bucket: string): string => `lifecycle-${bucket}.json`;
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
        ...buckets.filter(({ access }) => access === "public-read").map(({ name }) => [bucketFile(name), text(publicReadPolicy(name))]),
        ...buckets.filter(hasLifecycle).map(bucket => [lifecycleFile(bucket.name), text(lifecycle(bucket))]),
        ...users.map(({ name, buckets, actions }) => [userFile(name), text(userPolicy(buckets, actions))]),
    ]);
}

/**
 * Script for `mc` that creates buckets, policies and users, and brings those that exist up to date: safe to repeat.
 * Secret keys reach `mc` through the environment or its input, never as arguments, which all processes of a node can read.
 * It needs a shell and `mc`, nothing else: the client's image has no other tools.
 * @throws Error when a name is not allowed, or a user's bucket is not among the buckets
 */
export function provisioningScript(provisioning: MinioProvisioning, folder = policyFolder): string {
    requireNames(provisioning);
    const { buckets, users } = provisioning;
    return [
        "set -eu",
        // Answers as soon as the server can write; the Job's deadline ends the wait.
        `mc ready ${serverAlias}`,
        ...buckets.flatMap(bucket => bucketLines(bucket, folder)),
        ...users.flatMap(user => userLines(user, folder)),
        ...buckets.filter(({ access = "private" }) => access === "private").flatMap(privacyLines),
        "",
    ].join("\n");
}

function bucketLines(bucket: MinioBucket, folder: string): string[] {
    const { name, versioning = false, access = "private", encrypted = false } = bucket;
    const target = `${serverAlias}/${name}`;
    return [
        `mc mb --ignore-existing ${target}`,
        access === "private" ? `mc anonymous set none ${target}` : `mc anonymous set-json ${folder}/${bucketFile(name)} ${target}`,
        ...(versioning ? [`mc version enable ${target}`] : []),
        ...(encrypted ? [`mc encrypt set sse-s3 ${target}`] : []),
        // Replaces all rules there are; adding one would make another copy of it each time.
        ...(hasLifecycle(bucket) ? [`mc ilm rule import ${target} < ${folder}/${lifecycleFile(name)}`] : []),
    ];
}

/** Fails where people without credentials may still do something: what another S3 server makes of a command is its own affair. */
function privacyLines({ name }: MinioBucket): string[] {
    return [
        `case "$(mc --json anonymous get ${serverAlias}/${name})" in`,
        "    *'\"permission\":\"private\"'*) ;;",
        `    *) echo 'bucket ${name} is private, and has an anonymous policy' >&2; exit 1 ;;`,
        "esac",
    ];
}

function userLines({ name, variables }: ProvisionedUser, folder: string): string[] {
    const policy = policyOf(name);
    const attached = `"$(mc --json admin user info ${serverAlias} "$${variables.accessKey}")"`;
    return [
        `mc admin policy create ${serverAlias} ${policy} ${folder}/${userFile(name)}`,
        // Adding a user that exists sets its key, which is what a rotation needs.
        `printf '%s\\n%s\\n' "$${variables.accessKey}" "$${variables.secretKey}" | mc admin user add ${serverAlias}`,
        // Attaching a policy again counts as an error.
        `case ${attached} in`,
        `    *'"policyName":"${policy}"'*) ;;`,
        `    *) mc admin policy attach ${serverAlias} ${policy} --user "$${variables.accessKey}" ;;`,
        "esac",
    ];
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
