"""Prometheus metrics, summed over all worker processes when PROMETHEUS_MULTIPROC_DIR is set."""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, REGISTRY, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

http_requests = Counter("taskflow_http_requests_total", "Answered requests.", ["method", "endpoint", "status"])
http_duration = Histogram(
    "taskflow_http_request_duration_seconds", "Time to answer a request.", ["method", "endpoint"], buckets=BUCKETS
)
cache_requests = Counter("taskflow_cache_requests_total", "Reads of the cache: hit, miss or error.", ["result"])
db_duration = Histogram("taskflow_db_query_duration_seconds", "Time of one SQL query.", buckets=BUCKETS)


def exposition() -> bytes:
    """All metrics in the Prometheus text format."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)
