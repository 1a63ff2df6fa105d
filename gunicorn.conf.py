"""gunicorn: loopback by default, because TLS and the outside world belong to the proxy in front."""

import os

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 10
keepalive = 5
loglevel = os.environ.get("LOG_LEVEL", "warning")
control_socket_disable = True  # it would lie in the home folder of whoever starts the server
if os.path.isdir("/dev/shm"):  # noqa: S108 - the heartbeat file; on a disk a slow fsync looks like a dead worker
    worker_tmp_dir = "/dev/shm"  # noqa: S108
