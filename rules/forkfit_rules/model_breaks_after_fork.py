"""A model is built, or run, before the fork, and no child can use it: the first task waits for ever.

What it does
------------
Fires for a prefork worker whose parent builds a model that does not survive the fork: at module level, in the
``__init__`` of an object or of a task's class that is made there, in a handler of ``worker_init``.

- faster_whisper and CTranslate2: always. The threads that do the work stay behind in the parent.
- openai-whisper, ultralytics, easyocr, demucs, torchvision, ``load_state_dict``, transformers up to 4.40: where OpenMP may use
  more than one thread, because building the model already starts its threads.
- Other torch models, such as those of current transformers and sentence_transformers: where the parent also runs the
  model, as a warm-up at module level does.

Why it matters
--------------
Nothing fails. The worker starts, accepts the task, and the call of the model never returns; no error is logged, the
task stays active, and ``celery inspect ping`` answers as if all were well, so that no health check by ping sees it.
On a real worker 0 of 6 tasks were answered.

Example
-------
::

    services:
      worker:
        command: celery -A proj worker --concurrency=4   # proj.py: MODEL = WhisperModel("small")

Use instead::

    services:
      worker:
        command: celery -A proj worker --pool=threads --concurrency=4   # one process, one model

or build the model in each child, in a handler of ``worker_process_init`` or in a cached function that tasks call. For
what OpenMP breaks, ``OMP_NUM_THREADS: "1"`` in the environment of the service is a cure, too.

When it cannot tell
-------------------
Stays silent where the pool, the start method or the device is not known, where a model may be on a GPU, and where the
number of OpenMP threads may be one: ``OMP_NUM_THREADS``, ``torch.set_num_threads``, a ``cpuset`` of one CPU.
"""

from __future__ import annotations

from collections.abc import Iterator

from forkfit.api import Broken, Confidence, Container, Finding, Known, ModelLoad, Reason, Role, Severity, Stack, Step, Worker, hangs

ID = "FF306"
SEVERITY = Severity.ERROR
NEEDS = "model"

_CURES = {
    Broken.ALWAYS: "Build it in each child: in a handler of worker_process_init, or in a cached function that tasks call; or use"
    " --pool=threads or --pool=solo.",
    Broken.BUILT: "Build it in each child (worker_process_init, or a cached function that tasks call), set OMP_NUM_THREADS=1 in the"
    " service's environment, or use --pool=threads or --pool=solo.",
    Broken.CALLED: "Leave out the call before the fork, set OMP_NUM_THREADS=1 in the service's environment, or use --pool=threads or"
    " --pool=solo.",
}


def check(stack: Stack) -> Iterator[Finding]:
    """Yield a finding for each model that hangs in the children of a worker."""
    for container in stack.containers:
        for worker in container.workers:
            for load, why in hangs(worker, stack.project.service(container.service)):
                yield _finding(container, worker, load, why)


def _finding(container: Container, worker: Worker, load: ModelLoad, why: Broken) -> Finding:
    who = container.service if len(container.workers) == 1 else f"{container.service} ({worker.program})"
    name = load.name.value if isinstance(load.name, Known) else ""
    done = "built and run" if why is Broken.CALLED else "built"
    return Finding(
        f"every task of {who} that runs {name or 'a model'} of {load.library} hangs: it is {done} before the fork, and {why.value}",
        load.at,
        because=(
            Reason("built before the fork", (Step(Role.WRITTEN, load.at, f"{load.callee} is called here"),)),
            *(Reason("run before the fork", (Step(Role.WRITTEN, at, "called here"),)) for at in load.called[:1]),
            Reason("pool prefork", worker.pool.trail),
        ),
        help=_CURES[why],
        service=container.service,
        confidence=Confidence.TABLE,
        evidence=f"{load.callee} {name} {worker.program}",
    )
