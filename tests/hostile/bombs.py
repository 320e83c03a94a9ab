"""Little projects that would fill memory or never end if they were followed as they are written."""

from __future__ import annotations

SEED = "aaaaaaaaaaaaaaaa"
IMAGE = "services:\n  worker:\n    image: x\n    command: celery -A proj worker -c 4\n"
BUILT = "services:\n  worker:\n    build: .\n    command: {command}\n    mem_limit: 512m\n"
DOCKERFILE = "FROM python:3.12\nWORKDIR /app\nCOPY . .\n"
APP = 'from celery import Celery\n\napp = Celery("proj")\napp.config_from_object("settings")\n'
CALL = "# compose-lint: ignore[FF101]"


def composed(text: str) -> dict[str, str]:
    """Return a project that is one Compose file."""
    return {"compose.yaml": text}


def starting(command: str, **files: str) -> dict[str, str]:
    """Return a project whose image is built here, and whose worker starts with a command."""
    return {"compose.yaml": BUILT.format(command=command), "Dockerfile": DOCKERFILE, **files}


def script(text: str) -> dict[str, str]:
    """Return a project that starts with a shell script."""
    return starting("/app/start.sh", **{"start.sh": f"#!/bin/bash\n{text}\n"})


def settings(text: str) -> dict[str, str]:
    """Return a project with settings in Python."""
    return starting("celery -A proj worker", **{"proj.py": APP, "settings.py": text})


def image(text: str, **files: str) -> dict[str, str]:
    """Return a project with a Dockerfile."""
    return {"compose.yaml": BUILT.format(command="celery -A proj worker"), "Dockerfile": f"FROM python:3.12\n{text}\n", **files}


def supervised(text: str) -> dict[str, str]:
    """Return a project that supervisord starts."""
    return starting("supervisord -c /app/s.conf", **{"s.conf": text})


def doubled(form: str, last: str = "") -> str:
    """Return variables each of which is the one before it twice."""
    return f"A0={SEED}\n" + "".join(form.format(n, n - 1) for n in range(1, 40)) + last


# Each with the exit status of the run.
BOMBS: dict[str, tuple[int, dict[str, str]]] = {
    "aliases that repeat aliases": (
        2,
        composed(f"x0: &a0 [{'l,' * 9}]\n" + "".join(f"x{i}: &a{i} [{f'*a{i - 1},' * 9}]\n" for i in range(1, 12)) + IMAGE),
    ),
    "merge keys that merge twice": (
        1,
        composed("x0: &a0 {k: v}\n" + "".join(f"x{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}], k{i}: 1}}\n" for i in range(1, 40)) + IMAGE),
    ),
    "a million brackets": (2, composed("[" * 1_000_000)),
    "a hundred thousand mappings in each other": (2, composed("{a: " * 100_000)),
    "a million items": (2, composed("x:\n" + "- a\n" * 1_000_000)),
    "a line of 4 MB": (1, composed(f"x: {'a' * 4_000_000}\n{IMAGE}")),
    "a million dollar signs": (1, composed(f'x: "{"$" * 1_000_000}"\n{IMAGE}')),
    "a million uses of a variable": (1, composed(f'x: "{"${A}" * 1_000_000}"\n{IMAGE}')),
    "defaults in defaults": (1, composed(f'x: "{"${A:-" * 200_000}{"}" * 200_000}"\n{IMAGE}')),
    "a hundred thousand calls in one comment": (1, composed(IMAGE + CALL * 100_000)),
    "a hundred thousand comments": (1, composed(IMAGE + f"{CALL}\n" * 100_000)),
    "a command of 500 KB": (0, composed(f'services:\n  worker:\n    image: x\n    command: "celery -A p worker {"-c 4 " * 100_000}"\n')),
    "one variable twenty thousand times": (0, composed(f"{IMAGE}    environment: [{'A=1,' * 20_000}]\n")),
    "numbers of 5,000 digits": (
        1,
        composed(
            f"services:\n  worker:\n    image: x\n    command: celery -A p worker -c {'9' * 5000}\n"
            f"    mem_limit: {'9' * 5000}\n    scale: {'9' * 300}\n"
        ),
    ),
    "variables that double in .env": (
        0,
        {**composed(f"{IMAGE}    environment: {{X: $Z}}\n"), ".env": doubled("A{0}=$A{1}$A{1}\n", "Z=$A39\n")},
    ),
    "variables that double in an env file": (0, {**composed(f"{IMAGE}    env_file: e\n"), "e": doubled("A{0}=$A{1}$A{1}\n")}),
    "a million variables": (0, {**composed(IMAGE), ".env": "A=1\n" * 1_000_000}),
    "a long value that is refused": (1, {**composed(f"{IMAGE}    mem_limit: $B\n    cpus: $B\n"), ".env": f"B={SEED * 240_000}\n"}),
    "a long value used everywhere": (
        0,
        {
            **composed(IMAGE + "    environment:\n" + "".join(f'      K{i}: "{"$B" * 200}"\n' for i in range(200))),
            ".env": f"B={SEED * 6000}\n",
        },
    ),
    "values that double in an image": (1, image(f"ENV A={SEED}\n" + "ENV A=$A$A\n" * 40 + "CMD celery -A p worker -n $A")),
    "a file that doubles in an image": (1, image(f"RUN echo {SEED} > /a\n" + "RUN cat /a /a > /b && cat /b /b > /a\n" * 40 + "CMD sh /a")),
    "a hundred thousand here-documents": (1, image("RUN " + "<<A " * 100_000)),
    "a hundred thousand words of JSON": (1, image("CMD [" + '"a",' * 100_000 + '"b"]')),
    "stages in a circle": (1, image("FROM b AS a\nCOPY --from=b /x /x\nFROM a AS b\nCOPY --from=a /x /x\nCMD celery worker")),
    "sed that backtracks": (
        1,
        image(f"RUN echo {'a' * 5000} > /a\nRUN sed -i -E 's/(a+)+b/x/' /a\nRUN sed -i 's/a*a*a*a*b/x/' /a\nCMD sh /a"),
    ),
    "blank lines before a file that is no Dockerfile": (0, starting("/app/start", start="\n" * 10_000 + "x")),
    "powers of powers": (0, settings("worker_concurrency = 9**9**9 + 2**10**9 + (1 << 10**10)")),
    "a number of half a million digits": (0, settings(f"worker_concurrency = 0x{'f' * 500_000}")),
    "a number of 4,000 digits": (0, settings(f"worker_concurrency = {'9' * 4000}")),
    "a text of a gigabyte": (0, settings("worker_pool = 'a' * 10**9 + '%1000000000d' % 1 + f'{1:1000000000}' + 'a'.ljust(10**9)")),
    "a list that doubles": (1, settings("x = [1, 2]\n" + "x = [x, x]\n" * 200 + "imports = x")),
    "functions that call each other": (0, settings("def f(n):\n    return f(n - 1) + f(n - 2)\n\n\nworker_concurrency = f(500)")),
    "a loop without end": (0, settings("i = 0\nwhile True:\n    i += 1\nworker_concurrency = i")),
    "a hundred thousand parentheses": (0, settings(f"worker_concurrency = {'(' * 100_000}1{')' * 100_000}")),
    "half a million statements": (1, settings("x=1\n" * 500_000)),
    "a million nodes": (0, starting("celery multi start 1000000 -A proj -c 4", **{"proj.py": f"import numpy\n{APP}"})),
    "64 nodes": (1, starting("celery multi start 64 -A proj -c 4", **{"proj.py": f"import numpy\n{APP}"})),
    "no node": (0, starting("celery multi start $N -A proj -c 4")),
    "four hundred workers": (1, script("".join(f"celery -A p worker -n w{n} -c 4 &\n" for n in range(400)) + "wait")),
    "braces": (1, script(f"celery -A p worker {'{a,b}' * 60} {{1..1000000000}}")),
    "a script that starts itself twice": (0, script("/app/start.sh & /app/start.sh & wait")),
    "a script that reads itself twice": (0, script(". /app/start.sh; . /app/start.sh")),
    "substitutions in substitutions": (0, script(f"X={'$(' * 5000}echo 1{')' * 5000}\ncelery -A p worker -c $X")),
    "a width of a gigabyte in a script": (0, script("X=$(printf '%999999999d' 1); celery -A p worker -c $X")),
    "a billion processes": (1, supervised("[program:a]\ncommand=celery -A p worker\nnumprocs=1000000000\nprocess_name=%(process_num)d")),
    "a width of a gigabyte in a name": (
        1,
        supervised(
            "[program:a]\ncommand=celery -A p worker -c %(process_num)999999999d\nnumprocs=2\nprocess_name=%(process_num)999999999d"
        ),
    ),
    "supervisord in supervisord": (
        0,
        supervised("[program:a]\ncommand=supervisord -c /app/s.conf\n[program:b]\ncommand=supervisord -c /app/s.conf"),
    ),
    "a name of half a million blanks": (0, supervised(f"[program:a]\na{' ' * 500_000}b")),
    "a Procfile that starts itself twice": (
        1,
        starting("honcho start", Procfile="a: honcho start\nb: honcho start\nc: celery -A p worker\n"),
    ),
    "requirements that read each other": (
        1,
        image(
            "WORKDIR /app\nCOPY . .\nRUN pip install -r a.txt",
            **{"a.txt": "-r a.txt\n-r b.txt\n" * 100, "b.txt": "-r a.txt\n-r b.txt\n" * 100},
        ),
    ),
    "a measured file of brackets": (1, {**composed(IMAGE), "compose-lint.measured.json": "[" * 100_000}),
    "settings in settings": (2, {**composed(IMAGE), "compose-lint.toml": f"a = {'[' * 100_000}"}),
    "a key of a hundred thousand parts": (2, {**composed(IMAGE), "compose-lint.toml": f"{'a.' * 100_000}b = 1"}),
    "a setting of 5,000 digits": (2, {**composed(IMAGE), "compose-lint.toml": f"cpus = {'9' * 5000}"}),
    "lock files of brackets": (
        1,
        image("RUN pip install -r x.txt", **{"Pipfile.lock": "[" * 100_000, "poetry.lock": f"a = {'[' * 100_000}"}),
    ),
    "patterns of stars": (0, {**composed(IMAGE), ".gitignore": f"{'*a' * 20_000}\n{'**/' * 10_000}b\n", "d/compose.yaml": IMAGE}),
}
