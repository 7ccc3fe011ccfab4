import assert from "node:assert/strict";
import type { z } from "zod";
import * as settings from "../../../components/kit/settings";

/** What each setting type takes and refuses, at the edges of what is allowed. */
const table: readonly [string, z.ZodType, readonly unknown[], readonly unknown[]][] = [
    ["volume", settings.volumeSize, ["256Mi", "5Gi", "1.5Gi", "300M", "64Ti", "1073741824"], ["255Mi", "65Ti", "0", "", "five", "-1Gi", "1 Gi", "250m", 5]],
    ["memory", settings.memory, ["128Mi", "1.5Gi", "1024Ki"], ["128M", "1", "100m", "0Mi", "", "1Ti"]],
    ["class of volumes", settings.storageClass, [null, "fast", "fast.example.com"], ["", "Fast", "a b", "-1"]],
    ["image", settings.image,
        ["app:1.4", "registry.example.com:5000/shop/app:1.4", `app@sha256:${"a".repeat(64)}`, "0app:1"],
        ["app", "app:latest", "app:", "App:1", "/app:1", "registry.example.com:5000/app", "a pp:1", "app:1 "]],
    ["hostname", settings.hostname, ["localhost", "shop.example.com", "a-b.c"], ["Shop.example.com", "-a.b", "a-.b", "a..b", "", `${"a".repeat(64)}.b`, "a.b.", `${"a.".repeat(127)}a`]],
    ["cidr", settings.cidr, ["203.0.113.0/24", "0.0.0.0/0", "10.0.0.1/32", "2001:db8::/32", "::/0", "2001:db8::1/128"],
        ["999.1.1.1/8", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "2001:db8::/129", "x10.0.0.0/8", "10.0.0.0/8x", "10.0.0.0/8/8", "/8", "host/8", "fe80::1%eth0/64", ""]],
    ["port", settings.port, [1, 65_535], [0, 65_536, 1.5, "80"]],
    ["replicas", settings.replicas, [1, 100], [0, 101, 1.5]],
    ["percentage", settings.percentage, [1, 100], [0, 101]],
    ["service address", settings.serviceAddress, ["a.b.svc:80"], ["a.b:80", "a.b.svc:0"]],
    ["namespace", settings.namespaceName, ["shop", "a", "a".repeat(63), "shop-2"], ["a.b", "Shop", "-a", "a-", "", "a".repeat(64), "a b"]],
    ["namespace of one's own", settings.ownNamespace, ["shop", "kubes"], ["default", "kube-system", "a.b"]],
    ["Service", settings.nameOfService, ["traefik-metrics", "a", "a".repeat(63)], ["1a", "a.b", "a-", "a".repeat(64), ""]],
    ["requests and limits", settings.requestsAndLimits,
        [{ requests: "100m/128Mi", limits: "100m/128Mi" }, { requests: "0.5/1.25Gi", limits: "2/2.75Gi" }],
        [{ requests: "100m/128Mi", limits: "99m/128Mi" }, { requests: "100m/129Mi", limits: "1/128Mi" }, { requests: "1", limits: "1/1Gi" },
            { requests: "0/1Mi", limits: "1/1Gi" }, { requests: "1m/0Mi", limits: "1/1Gi" }, { requests: "1.2.3m/1Gi", limits: "2/2Gi" },
            { requests: "1m/1Mi", limits: "1/1Gix" }, { requests: "1m/1Mi" }, { requests: "1m/1.xMi", limits: "1/1Gi" }]],
    ["counter", settings.counter, [0, 7], [-1, 0.5]],
    ["retention of series", settings.retention, ["7d", "12h", "2w", "1y", "10y", "3650d"], ["7", "d", "7m", "7d ", "x7d", "7dd", "1.5d", "0d", "11y", "99999d"]],
    ["odd nodes", settings.oddNodes, [1, 3, 5, 7], [0, 2, 4, 6, 8, 9]],
    ["variable", settings.variableName, ["APP_NAME", "_a1"], ["1A", "A-B", "", "A B", "A=B"]],
    ["key of a Secret", settings.secretReference, [{ secretName: "a.b", key: "k" }],
        [{ secretName: "a", key: "" }, { secretName: "a", key: "a/b" }, { secretName: "A", key: "k" }, { key: "k" }]],
    ["registry", settings.registryAddress, ["registry.example.com/shop", "localhost:5000", "a"], ["registry.example.com/", "/shop", "Registry/shop", "a b", ""]],
    ["tag of an image", settings.imageTag, ["1.4", "v1_2-3", "a".repeat(128)], ["latest", "", ".1", "-1", "a".repeat(129), "1 2", "1:2"]],
    ["level", settings.podSecurityLevel, ["baseline", "restricted"], ["privileged", ""]],
    ["exposure", settings.exposure, ["loadBalancer", "ingress"], ["nodePort", ""]],
    ["path", settings.httpPath, ["/", "/health", "/a.b_c-d/e"], ["health", "", "/a b", "/a?b", "x/health"]],
    ["autoscaling", settings.cpuAutoscaling,
        [{ minimum: 1, maximum: 2, cpuPercent: 70 }, { minimum: 2, maximum: 2, cpuPercent: 1 }],
        [{ minimum: 3, maximum: 2, cpuPercent: 70 }, { minimum: 0, maximum: 2, cpuPercent: 70 },
            { minimum: 1, maximum: 2, cpuPercent: 101 }]],
    ["host and port", settings.hostAndPort, ["smtp.example.com:587", "a:1"], ["a", "a:0", "a:65536", ":1", "A:1", "a:1:2"]],
    ["web address", settings.webAddress, ["https://a.b", "http://10.0.0.1:9000/p"], ["a", "ftp://a.b", ""]],
    ["mail address", settings.mailAddress, ["a@example.com"], ["a", "@example.com", ""]],
    ["key of the configuration", settings.configurationKey, ["shopRegistry"], ["", "a.b", "a b"]],
    ["folder", settings.folder, ["/", "/var/cache", "/a.b"], ["var", "", "/a:b", "/a b"]],
    ["days of backups", settings.retentionDays, [1, 3650], [0, 3651, 1.5]],
];

describe("setting types", () => {
    for (const [name, type, taken, refused] of table) {
        for (const value of taken) {
            it(`${name} takes ${JSON.stringify(value)}`, () => assert.deepEqual(type.parse(value), value));
        }
        for (const value of refused) {
            it(`${name} refuses ${JSON.stringify(value)}`, () => assert.equal(type.safeParse(value).success, false));
        }
    }

    it("a counter starts at 0", () => assert.equal(settings.counter.parse(undefined), 0));

    const told: readonly [string, z.ZodType, unknown, string][] = [
        ["volume", settings.volumeSize, "five", "allowed is a size from 256Mi to 64Ti, such as 5Gi"],
        ["image", settings.image, "app", "allowed is an image with a tag other than latest, or with a digest, such as registry.example.com/app:1.4.2"],
        ["hostname", settings.hostname, "A", "allowed is a DNS name in lower case, such as shop.example.com"],
        ["cidr", settings.cidr, "x", "allowed is a block of IPv4 or IPv6 addresses, such as 203.0.113.0/24 or 2001:db8::/32"],
        ["service address", settings.serviceAddress, "x", "allowed is name.namespace.svc:port, such as alertmanager.monitoring.svc:9093"],
        ["namespace", settings.namespaceName, "a.b", "allowed are at most 63 small letters, digits and hyphens, such as shop-staging"],
        ["limit", settings.requestsAndLimits, { requests: "2/1Mi", limits: "1/1Gi" }, "allowed is at most the limit of 1/1Gi"],
        ["amount", settings.requestsAndLimits, { requests: "2", limits: "1/1Gi" }, "allowed is cpu/memory, such as 100m/128Mi"],
        ["retention", settings.retention, "x", "allowed is a number with h, d, w or y, such as 7d, and at most 10y"],
        ["odd nodes", settings.oddNodes, 2, "allowed is an odd number from 1 to 7"],
        ["variable", settings.variableName, "1", "allowed is the name of a variable, such as APP_NAME"],
        ["registry", settings.registryAddress, "a/", "allowed is a registry without a slash at its end, such as registry.example.com/shop"],
        ["tag", settings.imageTag, "latest", "allowed is a tag of letters, digits, points and hyphens other than latest, such as 1.4.2"],
        ["path", settings.httpPath, "x", "allowed is a path that begins with a slash, such as /health"],
        ["autoscaling", settings.cpuAutoscaling, { minimum: 3, maximum: 2, cpuPercent: 70 }, "allowed is a minimum that does not exceed the maximum"],
    ];
    for (const [name, type, value, message] of told) {
        it(`${name} says what is allowed`, () => assert.deepEqual(type.safeParse(value).error?.issues.map(issue => issue.message), [message]));
    }

    it("a request above its limit is reported at the request, with its value", () => {
        const [issue] = settings.requestsAndLimits.safeParse({ requests: "2/1Mi", limits: "1/1Gi" }).error?.issues ?? [];
        assert.deepEqual([issue?.path, issue?.code, (issue as { params?: object }).params], [["requests"], "custom", { value: "2/1Mi" }]);
    });
});
