"""Settings of the application server; command-line options override them."""

import os
import tempfile

# prometheus_client chooses between one and several processes when it is first imported, so this comes first.
metrics_folder = os.environ.setdefault(
    "PROMETHEUS_MULTIPROC_DIR", os.path.join(tempfile.gettempdir(), "taskflow-prometheus")
)
# Files that earlier processes left would be counted again.
os.makedirs(metrics_folder, exist_ok=True)
for entry in os.scandir(metrics_folder):
    if entry.name.endswith(".db"):
        os.unlink(entry.path)

wsgi_app = "taskflow.app:create_app()"
bind = "0.0.0.0:5000"
workers = 2
timeout = 60
loglevel = "info"
accesslog = "-"
# The only files are the workers' heartbeats and their metrics, both below the temporary folder.
control_socket_disable = True


def child_exit(server, worker):
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
