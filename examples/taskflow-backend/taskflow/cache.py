"""Cache in Redis whose failure is never a request's failure."""

import json
import logging
from collections.abc import Callable
from typing import Any

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from taskflow.metrics import cache_requests
from taskflow.settings import Settings

TIMEOUT_SECONDS = 0.5

logger = logging.getLogger(__name__)


class Cache:
    """Connects on use, so it finds Redis again after an outage."""

    def __init__(self, settings: Settings) -> None:
        self._redis = Redis(
            host=settings.redis_host,
            port=settings.redis_port,
            password=settings.redis_password,
            socket_connect_timeout=TIMEOUT_SECONDS,
            socket_timeout=TIMEOUT_SECONDS,
            # The client's own default waits seconds between retries, while PostgreSQL could have answered.
            retry=Retry(NoBackoff(), 0),
        )

    def get_or_load(self, key: str, ttl: int, load: Callable[[], Any]) -> tuple[Any, bool]:
        """Returns the value and whether it came from the cache; stores what `load` gives, unless that is None."""
        try:
            stored = self._redis.get(key)
        except RedisError as error:
            self._failed("read", error)
            return load(), False
        if stored is not None:
            cache_requests.labels("hit").inc()
            return json.loads(stored), True
        cache_requests.labels("miss").inc()
        value = load()
        if value is not None:
            self._store(key, ttl, value)
        return value, False

    def _store(self, key: str, ttl: int, value: Any) -> None:
        try:
            self._redis.set(key, json.dumps(value), ex=ttl)
        except RedisError as error:
            self._failed("write", error)

    @staticmethod
    def _failed(action: str, error: RedisError) -> None:
        cache_requests.labels("error").inc()
        logger.warning("cache %s failed: %s", action, error)
