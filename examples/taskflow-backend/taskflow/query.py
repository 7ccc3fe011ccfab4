"""Checks of query parameters; a bad value is the caller's error."""

from collections.abc import Sequence

from flask import request
from werkzeug.exceptions import BadRequest

from taskflow.tasks import PRIORITIES, TaskFilter

DEFAULT_LIMIT = 100
MAXIMUM_LIMIT = 1000


def task_filter() -> TaskFilter:
    """Filter of the current request; raises BadRequest for a value that is not allowed."""
    completed = choice("completed", ("true", "false"))
    return TaskFilter(
        priority=choice("priority", PRIORITIES),
        completed=None if completed is None else completed == "true",
        limit=whole_number("limit", DEFAULT_LIMIT, 1, MAXIMUM_LIMIT),
    )


def choice(name: str, allowed: Sequence[str]) -> str | None:
    value = request.args.get(name)
    if value is not None and value not in allowed:
        raise BadRequest(f"{name} must be one of {', '.join(allowed)}")
    return value


def whole_number(name: str, default: int, lowest: int, highest: int) -> int:
    value = request.args.get(name, str(default))
    # The length is checked first: int() takes long for thousands of digits.
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(highest)) and lowest <= int(value) <= highest):
        raise BadRequest(f"{name} must be a whole number from {lowest} to {highest}")
    return int(value)
