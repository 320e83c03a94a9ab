"""Run `celery` with the words given, say how many children the worker has once it is ready, and end it."""

from __future__ import annotations

import os
import signal
import sys
import time

sys.path.insert(0, os.getcwd())

from celery.__main__ import main
from celery.signals import worker_ready


def children():
    """Return the processes that this one is the parent of."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as stream:
                parent = stream.read().rsplit(")", 1)[1].split()[1]
        except OSError:
            continue
        if parent == str(os.getpid()):
            found.append(int(name))
    return found


@worker_ready.connect(weak=False)
def tell(sender, **_):
    """Print the count and the module of the pool; standard output belongs to Celery's log by now."""
    time.sleep(0.3)
    found = children()
    os.write(2, f"\nCHILDREN {len(found)} {type(sender.pool).__module__}\n".encode())
    for child in found:
        os.kill(child, signal.SIGKILL)
    os._exit(0)


sys.argv[0] = "celery"
sys.exit(main())
