/** Sets of metric names: the document's, and those that the published source of the backend exports. */
export const metricSchemas = ["documented", "published"] as const;

/** One of the sets of metric names. */
export type MetricSchema = (typeof metricSchemas)[number];

/** One metric under its names; null where a set has nothing of the kind. */
export type MetricNames = Readonly<Record<MetricSchema, string | null>>;

/** Everything the backend measures: the one place with its metrics' names. */
export const backendMetrics = {
    /** Counter of answered requests, label `status`. */
    requests: { documented: "gauzian_requests_total", published: "http_requests_total" },
    /** Histogram in seconds. */
    duration: { documented: "gauzian_request_duration_seconds", published: "http_request_duration_seconds" },
    activeConnections: { documented: "gauzian_active_connections", published: "http_connections_active" },
    poolTotal: { documented: "gauzian_db_pool_connections", published: null },
    poolIdle: { documented: "gauzian_db_pool_idle", published: "db_pool_connections_idle" },
    poolActive: { documented: "gauzian_db_pool_active", published: "db_pool_connections_active" },
    poolMaximum: { documented: "gauzian_db_pool_max", published: "db_pool_connections_max" },
    /** Gauge since the start of the process; the dashboard computes the rate of five minutes from hits and misses. */
    cacheHitRate: { documented: "gauzian_redis_hit_rate", published: null },
    cacheOperations: { documented: "gauzian_redis_operations", published: "redis_operations_total" },
    cacheHits: { documented: "gauzian_redis_cache_hits", published: null },
    cacheMisses: { documented: "gauzian_redis_cache_misses", published: null },
    uploads: { documented: "gauzian_s3_uploads", published: "chunk_upload_duration_seconds_count" },
    downloads: { documented: "gauzian_s3_downloads", published: "chunk_download_duration_seconds_count" },
    storageErrors: { documented: "gauzian_s3_errors", published: null },
    filesCreated: { documented: "gauzian_file_operations_create", published: "file_uploads_total" },
    filesDeleted: { documented: "gauzian_file_operations_delete", published: null },
    filesShared: { documented: "gauzian_file_operations_share", published: null },
} as const satisfies Readonly<Record<string, MetricNames>>;

/** What the backend measures, by what it means. */
export type BackendMetric = keyof typeof backendMetrics;
