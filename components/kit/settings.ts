import { z } from "zod";
import { parseImage } from "./images";
import { isQuantity, parseQuantity } from "./quantity";

/** How a front end is reached: by a LoadBalancer Service, or by routes of the ingress controller. */
export const exposure = z.enum(["loadBalancer", "ingress"]);

/** How a front end is reached. */
export type Exposure = z.infer<typeof exposure>;

/** A Kubernetes quantity above zero, such as `5Gi`. */
export const quantity = z.string().refine(
    text => isQuantity(text) && parseQuantity(text) > 0,
    { error: "allowed is a Kubernetes quantity above zero, such as 250m, 64Mi or 5Gi" },
);

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

/** A block of IP addresses, such as `203.0.113.0/24`. */
export const cidr = z.string().regex(
    /^(\d{1,3}\.){3}\d{1,3}\/([0-9]|[12][0-9]|3[0-2])$/,
    { error: "allowed is an IPv4 block, such as 203.0.113.0/24" },
);

/** A TCP or UDP port. */
export const port = z.int().min(1).max(65_535);

/** A whole number of pods, at least one. */
export const replicas = z.int().min(1).max(100);

/** A percentage of a request. */
export const percentage = z.int().min(1).max(100);

/** A Service of the cluster that this program does not deploy, such as `alertmanager.monitoring.svc:9093`. */
export const serviceAddress = z.string().regex(
    /^[a-z0-9-]+\.[a-z0-9-]+\.svc(\.[a-z0-9.-]+)?:\d{1,5}$/,
    { error: "allowed is name.namespace.svc:port, such as alertmanager.monitoring.svc:9093" },
);

/** Days that backups are kept. */
export const retentionDays = z.int().min(1).max(3650);
