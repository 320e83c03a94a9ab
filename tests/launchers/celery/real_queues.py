"""Send the tasks of a project over a broker in memory, and print which of them come to a worker of some queues.

``python real_queues.py FOLDER QUEUES EXCLUDED``: FOLDER holds proj.py; QUEUES and EXCLUDED are what -Q and -X are given.
"""

from __future__ import annotations

import sys

folder, queues, excluded = sys.argv[1:]
sys.path.insert(0, folder)

from proj import app  # noqa: E402

app.finalize()
worker = app.Worker(queues=queues or None, exclude_queues=excluded or None, pool="solo", loglevel="ERROR")
with app.connection_for_write() as connection:
    channel = connection.channel()
    read = [queue.bind(channel) for queue in app.amqp.queues.consume_from.values()]
    for queue in read:
        queue.declare()
    send = getattr(sys.modules["proj"], "send", None)
    for name, task in sorted(app.tasks.items()):
        if not name.startswith("celery.") and send is None:
            task.apply_async(connection=connection)
    if send is not None:
        send(connection)
    came = set()
    for queue in read:
        while (message := queue.get()) is not None:
            came.add(message.headers["task"].rpartition(".")[2])
print("CAME", *sorted(came))
