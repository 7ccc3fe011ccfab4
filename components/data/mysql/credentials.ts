import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../../kit/scope";
import type { SecretKey } from "../../kit/secretKey";
import type { ExternalEntry } from "../../security/externalSecret";
import { ExternalSecret } from "../../security/externalSecret";
import { GeneratedSecret } from "../../security/generatedSecret";
import type { MysqlAccounts } from "./configuration";
import { accountsSql, clientOptions, dumpGrants, exporterGrants } from "./configuration";

/** Files of the Secret: the accounts, and options of the clients that the probes run. */
export const credentialFiles = { accounts: "accounts.sql", readiness: "readiness.cnf", liveness: "liveness.cnf" } as const;

const passwords = {
    "root-password": { length: 32 },
    password: { length: 32 },
    "exporter-password": { length: 32 },
    "probe-password": { length: 32 },
    "backup-password": { length: 32 },
};

type Password = keyof typeof passwords;
type Plain = "username" | "backup-username";
type File = (typeof credentialFiles)[keyof typeof credentialFiles];

/** Credentials of one server, wherever they come from. */
export interface MysqlCredentials {
    /** What to wait for. */
    readonly secret: pulumi.Resource;
    key(key: Password | Plain | File): SecretKey;
}

/** Arguments of {@link mysqlCredentials}. */
export interface MysqlCredentialsArgs {
    readonly database: string;
    readonly user: string;
    readonly exporter: boolean;
    /** The server keeps its changes. */
    readonly binaryLog: boolean;
    /** Counter of generated passwords. @default 0 */
    readonly rotation?: number;
    /** Entry with the properties root_password, username and password, of letters and digits. @default they are generated */
    readonly external?: ExternalEntry;
}

type Keys = Readonly<Record<Password, string>>;

function accounts({ database, user, exporter, binaryLog }: MysqlCredentialsArgs, keys: Keys): MysqlAccounts {
    return {
        database,
        root: { password: keys["root-password"] },
        application: { user, password: keys.password },
        others: [
            { user: "probe", password: keys["probe-password"], maximumConnections: 3 },
            { user: "backup", password: keys["backup-password"], grants: dumpGrants(database, binaryLog), maximumConnections: 3 },
            ...(exporter ? [{ user: "exporter", password: keys["exporter-password"], grants: exporterGrants, maximumConnections: 3 }] : []),
        ],
    };
}

function files(args: MysqlCredentialsArgs): Readonly<Record<File, (keys: Keys) => string>> {
    const { user, database } = args;
    return {
        [credentialFiles.accounts]: keys => accountsSql(accounts(args, keys)),
        [credentialFiles.readiness]: keys => clientOptions({ user, password: keys.password, database }),
        [credentialFiles.liveness]: keys => clientOptions({ user: "probe", password: keys["probe-password"] }),
    };
}

/** The store knows three values; passwords of accounts that only this program needs follow from root's. */
function templates(args: MysqlCredentialsArgs): Record<Password | Plain | File, string> {
    const derived = (account: string): string => `{{ printf "${account}:%s" .root_password | sha256sum }}`;
    const keys: Keys = {
        "root-password": "{{ .root_password }}",
        password: "{{ .password }}",
        "exporter-password": derived("exporter"),
        "probe-password": derived("probe"),
        "backup-password": derived("backup"),
    };
    const rendered = Object.entries(files(args)).map(([file, render]) => [file, render(keys)]);
    return { username: "{{ .username }}", "backup-username": "backup", ...keys, ...Object.fromEntries(rendered) as Record<File, string> };
}

/** The Secret of one server: generated, or from a store outside the cluster. */
export function mysqlCredentials(
    name: string, scope: Scope, args: MysqlCredentialsArgs, opts: pulumi.ComponentResourceOptions,
): MysqlCredentials {
    const { user, rotation, external } = args;
    return external
        ? new ExternalSecret(name, scope, { ...external, properties: ["root_password", "username", "password"], templates: templates(args) }, opts)
        : new GeneratedSecret<Plain, Password, File>(name, scope, {
            values: { username: user, "backup-username": "backup" },
            passwords,
            derived: files(args),
            ...(rotation !== undefined && { rotation }),
        }, opts);
}
