"""Assembles the Flask application."""

import os
import time

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from taskflow.cache import Cache
from taskflow.database import Database, DatabaseError
from taskflow.metrics import http_duration, http_requests
from taskflow.routes import operation_routes, stress_routes, task_routes
from taskflow.settings import Settings

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")


def create_app(settings: Settings | None = None) -> Flask:
    """The API for the given settings, by default those of the environment; raises SettingsError for bad ones."""
    settings = settings or Settings.from_environment(os.environ)
    settings.configure_logging()
    app = Flask("taskflow", static_folder=None)
    app.json.sort_keys = False
    database = Database(settings)
    app.register_blueprint(task_routes(settings, database, Cache(settings)))
    app.register_blueprint(operation_routes(database))
    if settings.stress_enabled:
        app.register_blueprint(stress_routes())
    _measure_requests(app)
    _answer_errors_as_json(app)
    return app


def _measure_requests(app: Flask) -> None:
    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def measure(response: Response) -> Response:
        # Paths and methods a caller invents must not become new time series.
        endpoint = request.url_rule.rule if request.url_rule else "unknown"
        method = request.method if request.method in METHODS else "other"
        http_duration.labels(method, endpoint).observe(time.perf_counter() - g.started)
        http_requests.labels(method, endpoint, response.status_code).inc()
        return response


def _answer_errors_as_json(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        response = error.get_response()
        response.data = app.json.dumps({"error": error.description or error.name})
        response.content_type = "application/json"
        return response

    @app.errorhandler(DatabaseError)
    def unavailable(error: Exception) -> tuple[dict[str, str], int]:
        # The driver's text names hosts and users: it belongs in the log only.
        app.logger.error("database failed: %s", error)
        return {"error": "Database unavailable"}, 503
