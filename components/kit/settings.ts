import { BlockList, isIP } from "node:net";
import { z } from "zod";
import { parseImage } from "./images";
import { isQuantity, parseQuantity } from "./quantity";
import { parseServiceAddress } from "./reach";
import { parseAmounts, resources } from "./resources";

/** Whether a function takes a text without a throw: a setting is right exactly where whatever reads it later takes it. */
const takes = (read: (text: string) => unknown) => (text: string): boolean => {
    try {
        read(text);
        return true;
    } catch {
        return false;
    }
};

/** How a front end is reached: by a LoadBalancer Service, or by routes of the ingress controller. */
export const exposure = z.enum(["loadBalancer", "ingress"]);

/** How a front end is reached. */
export type Exposure = z.infer<typeof exposure>;

// Checks that span several settings calculate with amounts: `abort` keeps them from one that is none.

/** A Kubernetes quantity of bytes between two. */
export const sizeBetween = (least: string, most: string, example: string): z.ZodString => z.string().refine(
    text => isQuantity(text) && parseQuantity(text) >= parseQuantity(least) && parseQuantity(text) <= parseQuantity(most),
    { error: `allowed is a size from ${least} to ${most}, such as ${example}`, abort: true },
);

/** Size of a volume: what is smaller holds no store, and what is larger is a typing error. */
export const volumeSize = sizeBetween("256Mi", "64Ti", "5Gi");

/** An image with a tag other than `latest`, or with a digest. */
export const image = z.string().refine(
    reference => {
        const { repository, tag, digest } = parseImage(reference);
        return /^[a-z0-9]/.test(repository) && !/\s/.test(reference) && (digest !== undefined || (tag !== undefined && tag !== "" && tag !== "latest"));
    },
    { error: "allowed is an image with a tag other than latest, or with a digest, such as registry.example.com/app:1.4.2" },
);

/** A DNS name in lower case, such as `shop.example.com`. */
export const hostname = z.string().regex(
    /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
    { error: "allowed is a DNS name in lower case, such as shop.example.com" },
);

/** Memory of a container, as the second half of what {@link resources} takes. */
export const memory = z.string().refine(takes(text => parseAmounts(`1/${text}`)), { error: "allowed is an amount with Ki, Mi or Gi, such as 128Mi", abort: true });

/** Class of volumes; null takes the cluster's default. */
export const storageClass = hostname.nullable();

/** A block of IP addresses, such as `203.0.113.0/24` or `2001:db8::/32`. */
export const cidr = z.string().refine(
    text => {
        const [, address = "", length = ""] = /^([^%]+)\/(\d{1,3})$/.exec(text) ?? [];
        return isIP(address) !== 0 && takes(() => new BlockList().addSubnet(address, Number(length), isIP(address) === 6 ? "ipv6" : "ipv4"))(text);
    },
    { error: "allowed is a block of IPv4 or IPv6 addresses, such as 203.0.113.0/24 or 2001:db8::/32" },
);

/** A TCP or UDP port. */
export const port = z.int().min(1).max(65_535);

/** A whole number of pods, at least one. */
export const replicas = z.int().min(1).max(100);

/** A percentage of a request. */
export const percentage = z.int().min(1).max(100);

/** A Service of the cluster that this program does not deploy, such as `alertmanager.monitoring.svc:9093`. */
export const serviceAddress = z.string().refine(
    takes(parseServiceAddress), { error: "allowed is name.namespace.svc:port, such as alertmanager.monitoring.svc:9093" },
);

/** A name of one label, as namespaces have: a dot would end it. */
export const namespaceName = z.string().regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, { error: "allowed are at most 63 small letters, digits and hyphens, such as shop-staging" },
);

/** A namespace that this program creates; every cluster has some already. */
export const ownNamespace = namespaceName.refine(
    name => name !== "default" && !name.startsWith("kube-"), { error: "allowed is a namespace that clusters do not have by themselves, such as shop-staging" },
);

/** Name of a Service, which is a label too and begins with a letter. */
export const nameOfService = z.string().regex(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, { error: "allowed are at most 63 small letters, digits and hyphens, such as traefik-metrics" },
);

/** Requests or limits of a container in the short form `cpu/memory`. */
const amounts = z.string().refine(takes(parseAmounts), { error: "allowed is cpu/memory, such as 100m/128Mi", abort: true });

/** Requests and limits of a container, as {@link resources} takes them. */
export const requestsAndLimits = z.strictObject({ requests: amounts, limits: amounts }).superRefine(({ requests, limits }, context) => {
    if (!takes(() => resources(requests, limits))(requests)) {
        context.addIssue({ code: "custom", path: ["requests"], message: `allowed is at most the limit of ${limits}`, params: { value: requests } });
    }
});

/** Counter; each step generates new values and rolls their consumers. */
export const counter = z.int().min(0).default(0);

const hours: Readonly<Record<string, number>> = { h: 1, d: 24, w: 7 * 24, y: 365 * 24 };
const longestRetentionYears = 10;

/** Time that Prometheus keeps series, such as `7d`. */
export const retention = z.string().refine(text => {
    const [, count = "", unit = ""] = /^(\d+)([hdwy])$/.exec(text) ?? [];
    const kept = Number(count) * (hours[unit] ?? 0);
    return kept > 0 && kept <= longestRetentionYears * (hours["y"] ?? 0);
}, { error: `allowed is a number with h, d, w or y, such as 7d, and at most ${longestRetentionYears}y` });

/** Nodes of a store that decides by majority: an even number tolerates no more failures than one less. */
export const oddNodes = z.int().min(1).max(7).refine(nodes => nodes % 2 === 1, { error: "allowed is an odd number from 1 to 7" });

/** Name of an environment variable, such as `APP_NAME`. */
export const variableName = z.string().regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/, { error: "allowed is the name of a variable, such as APP_NAME" },
);

/** A key of a Secret that exists already. */
export const secretReference = z.strictObject({
    secretName: hostname,
    key: z.string().regex(/^[-._a-zA-Z0-9]{1,253}$/, { error: "allowed are letters, digits, points, hyphens and underscores, such as smtp-password" }),
});

/** Key of the stack's configuration, without the project's prefix. */
export const configurationKey = z.string().regex(/^\w+$/, { error: "allowed are letters, digits and underscores, such as shopRegistry" });

/** Host and port. */
export const hostAndPort = z.string().refine(text => {
    const [, host = "", number = ""] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
    return hostname.safeParse(host).success && port.safeParse(Number(number)).success;
}, { error: "allowed is host:port, such as smtp.example.com:587" });

/** Address of something on the web. */
export const webAddress = z.url({ protocol: /^https?$/, error: "allowed is an address such as https://example.com" });

/** An e-mail address. */
export const mailAddress = z.email({ error: "allowed is an e-mail address, such as shop@example.com" });

/** Registry and path before the names of images, without a slash at the end. */
export const registryAddress = z.string().regex(
    /^[a-z0-9]([a-z0-9.:/_-]*[a-z0-9])?$/, { error: "allowed is a registry without a slash at its end, such as registry.example.com/shop" },
);

/** Tag of an image, other than `latest`. */
export const imageTag = z.string().refine(
    tag => /^\w[\w.-]{0,127}$/.test(tag) && tag !== "latest", { error: "allowed is a tag of letters, digits, points and hyphens other than latest, such as 1.4.2" },
);

/** Level of the Pod Security Standards. @see https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export const podSecurityLevel = z.enum(["baseline", "restricted"]);

/** Path of an HTTP request, such as `/health`. */
export const httpPath = z.string().regex(/^\/[A-Za-z0-9._/-]*$/, { error: "allowed is a path that begins with a slash, such as /health" });

/** Folder in a container, such as `/var/cache`. */
export const folder = z.string().regex(/^\/[^:\s]*$/, { error: "allowed is a folder with a slash at its beginning, such as /var/cache" });

/** Fewest and most pods of an autoscaler, and the CPU that it keeps them at. */
export const cpuAutoscaling = z.strictObject({ minimum: replicas, maximum: replicas, cpuPercent: percentage }).refine(
    ({ minimum, maximum }) => minimum <= maximum, { error: "allowed is a minimum that does not exceed the maximum" },
);

/** Days that backups are kept. */
export const retentionDays = z.int().min(1).max(3650);
