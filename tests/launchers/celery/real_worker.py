"""Run a command that starts a Celery worker, in this process; once the worker is ready say how many children it has, and end it.

The words are those of the command: ``celery ...``, ``python -m celery ...`` or ``python script.py ...``. What is said is
one line on standard error, ``CHILDREN`` and their number; the worker's own banner is on standard output.
Runs on every Python that has run Celery 4.4 or later.
"""

import os
import runpy
import signal
import sys

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
def tell(**_):
    """Print the count, past whatever Celery has made of the streams, and end without a trace."""
    found = children()
    sys.__stdout__.flush()
    os.write(2, f"\nCHILDREN {len(found)}\n".encode())
    for child in found:
        os.kill(child, signal.SIGKILL)
    os._exit(0)


words = sys.argv[1:]
if words[0] == "celery":
    sys.argv = words
    from celery.__main__ import main

    sys.exit(main())
sys.path[0] = os.getcwd()  # as `python -m` and `python script.py` have it
if words[1] == "-m":
    sys.argv = words[2:]
    # Python 3.9 and older do not find the module of a package that is imported already.
    runpy.run_module("celery.__main__" if words[2] == "celery" else words[2], run_name="__main__", alter_sys=True)
else:
    sys.argv = words[1:]
    runpy.run_path(words[1], run_name="__main__")
