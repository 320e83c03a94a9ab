"""Programs that only start another one: where in their arguments the inner command begins."""

from __future__ import annotations

from enum import Enum
from posixpath import basename

from forkfit.model.record import Record
from forkfit.model.text import Text


class Form(Enum):
    """How the inner command is given."""

    WORDS = "words"  # the remaining words
    STRING = "string"  # one word, read by a shell or split like one


class Wrapper(Record):
    """The own arguments of a wrapper.

    `first` are the words that must follow the name; `values` are options whose value is the next word; `skip` counts
    the wrapper's own words before the inner command; with `dashes` the inner command stands behind ``--`` only; with
    `sets`, words of the form NAME=value set variables; `string` are options whose value is a command string; `folders`
    are options whose value is the folder that the command runs in; with `enters`, the first own word is.
    """

    first: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    skip: int = 0
    dashes: bool = False
    sets: bool = False
    string: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    enters: bool = False
    form: Form = Form.WORDS


class Inner(Record):
    """The command inside a wrapper, the variables that the wrapper sets for it, and the folder in which it runs it."""

    words: tuple[Text, ...]
    form: Form = Form.WORDS
    sets: tuple[tuple[str, Text], ...] = ()
    folder: Text | None = None


_UV: tuple[str, ...] = (
    "--with",
    "--with-requirements",
    "--with-editable",
    "--python",
    "-p",
    "--env-file",
    "--project",
    "--extra",
    "--group",
)
_UV += ("--only-group", "--package", "--index", "--index-url", "--no-group", "--no-extra", "--config-file", "--cache-dir")
_WATCHMEDO: tuple[str, ...] = (
    "-d",
    "--directory",
    "-p",
    "--pattern",
    "--patterns",
    "--ignore-pattern",
    "--ignore-patterns",
    "-s",
    "--signal",
    "--kill-after",
)
_WATCHMEDO += ("--interval", "--timeout", "--debounce-interval")
_WAIT = Wrapper(dashes=True)
_RUN = Wrapper(first=("run",))

# Programs that start what a Procfile names.
PROCFILES = frozenset({"foreman", "goreman", "honcho", "overmind"})
# Programs that look up the word that they are given, in a Makefile, a package.json, tasks of Python.
LOOKING_UP = PROCFILES | {"fab", "hatch", "inv", "invoke", "just", "make", "nox", "npm", "npx", "pnpm", "poe", "rake", "task", "yarn"}

SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh"})
SCANNERS = frozenset({"init", "my_init", "runsvdir", "s6-svscan"})  # they start what they find in folders of services
STARTING = LOOKING_UP | SHELLS | SCANNERS | {"busybox", "supervisord"}

# By the base name of the program; the first entry whose `first` words follow decides.
WRAPPERS: dict[str, tuple[Wrapper, ...]] = {
    "catatonit": (Wrapper(),),
    "chpst": (Wrapper(values=("-u", "-U", "-e", "-n", "-m", "-d", "-o", "-p", "-f", "-c", "-/")),),
    "cd": (Wrapper(skip=1, enters=True),),  # of execline, where a program starts the next
    "chrt": (Wrapper(values=("-T", "-P", "-D"), skip=1),),
    "command": (Wrapper(),),
    "ddtrace-run": (Wrapper(),),
    "dockerize": (
        Wrapper(values=("-wait", "-timeout", "-wait-retry-interval", "-template", "-stdout", "-stderr", "-delims", "-wait-http-header")),
    ),
    "doppler": (Wrapper(first=("run",), dashes=True),),
    "dumb-init": (Wrapper(values=("-r", "--rewrite")),),
    "env": (Wrapper(values=("-u", "--unset"), folders=("-C", "--chdir"), sets=True),),
    "emptyenv": (Wrapper(),),
    "exec": (Wrapper(values=("-a",)),),
    "fdclose": (Wrapper(skip=1),),
    "fdmove": (Wrapper(skip=2),),
    "gosu": (Wrapper(skip=1),),
    "infisical": (Wrapper(first=("run",), dashes=True),),
    "ionice": (Wrapper(values=("-c", "--class", "-n", "--classdata")),),
    "newrelic-admin": (Wrapper(first=("run-program",)), Wrapper(first=("run-python",))),
    "nice": (Wrapper(values=("-n", "--adjustment")),),
    "nohup": (Wrapper(),),
    "opentelemetry-instrument": (
        Wrapper(values=("--traces_exporter", "--metrics_exporter", "--logs_exporter", "--service_name", "--exporter_otlp_endpoint")),
    ),
    "pdm": (Wrapper(first=("run",), values=("-p", "--project")),),
    "pipenv": (_RUN,),
    "pixi": (Wrapper(first=("run",), values=("-e", "--environment", "--manifest-path")),),
    "poetry": (Wrapper(first=("run",), values=("-P", "--project"), folders=("-C", "--directory")),),
    "prlimit": (Wrapper(),),
    "redirfd": (Wrapper(skip=2),),
    "runuser": (
        Wrapper(string=("-c", "--command"), values=("-u", "--user", "-g", "--group", "-G", "--supp-group", "-s", "--shell"), dashes=True),
    ),
    "rye": (_RUN,),
    "s6-applyuidgid": (Wrapper(values=("-u", "-g", "-G")),),
    "s6-envuidgid": (Wrapper(skip=1),),
    "s6-notifyoncheck": (Wrapper(values=("-3", "-s", "-T", "-t", "-w", "-n", "-c")),),
    "s6-setuidgid": (Wrapper(skip=1),),
    "s6-softlimit": (Wrapper(values=("-m", "-d", "-s", "-l", "-o", "-p", "-f", "-c", "-r", "-t", "-a")),),
    "setpriv": (Wrapper(values=("--reuid", "--regid", "--groups", "--inh-caps", "--ambient-caps", "--bounding-set")),),
    "setsid": (Wrapper(),),
    "setuidgid": (Wrapper(skip=1),),
    "stdbuf": (Wrapper(values=("-i", "-o", "-e", "--input", "--output", "--error")),),
    "su": (Wrapper(string=("-c", "--command"), values=("-s", "--shell", "-g", "--group"), dashes=True),),
    "su-exec": (Wrapper(skip=1),),
    "sudo": (Wrapper(values=("-u", "--user", "-g", "--group", "-h", "-p", "-C", "-D", "-T"), sets=True),),
    "tcpwait": (_WAIT,),
    "time": (Wrapper(),),
    "timeout": (Wrapper(values=("-s", "--signal", "-k", "--kill-after"), skip=1),),
    "tini": (Wrapper(values=("-p", "-e")),),
    "tini-static": (Wrapper(values=("-p", "-e")),),
    "umask": (Wrapper(skip=1),),
    "unexport": (Wrapper(skip=1),),
    "uv": (Wrapper(first=("run",), values=_UV, folders=("--directory",)),),
    "wait-for": (_WAIT,),
    "wait-for-it": (_WAIT,),
    "watchfiles": (
        Wrapper(
            values=(
                "--ignore-paths",
                "--target-type",
                "--filter",
                "--grace-period",
                "--sigint-timeout",
                "--sigkill-timeout",
                "--ignore-permission-denied",
            ),
            form=Form.STRING,
        ),
    ),
    "watchmedo": (Wrapper(first=("auto-restart",), values=_WATCHMEDO),),
    "with-contenv": (Wrapper(),),
    "xvfb-run": (
        Wrapper(values=("-e", "-f", "-l", "-n", "-p", "-s", "-w", "--error-file", "--auth-file", "--server-num", "--server-args")),
    ),
}


def program(words: tuple[Text, ...]) -> str:
    """Return the name that a command starts: its base name, without the ending of a script."""
    name = basename(words[0].plain) if words else ""
    for ending in (".sh", ".bash", ".py", ".exe"):
        name = name.removesuffix(ending)
    return name


def unwrap(words: tuple[Text, ...]) -> Inner | None:
    """Return the command inside a wrapper, None where the program is no wrapper or starts nothing."""
    for wrapper in WRAPPERS.get(program(words), ()):
        inner = _inner(wrapper, words[1:])
        if inner is not None:
            return inner
    return None


def _inner(wrapper: Wrapper, words: tuple[Text, ...]) -> Inner | None:
    sets: list[tuple[str, Text]] = []
    folder: Text | None = None
    skipped = index = named = 0
    while index < len(words):
        plain = words[index].plain
        option, equals, _ = plain.partition("=")
        if plain == "--" and named == len(wrapper.first):
            rest = words[index + 1 :]
            return Inner(rest[wrapper.skip - skipped :], wrapper.form, tuple(sets), folder) if rest else None
        if plain in wrapper.string:
            return Inner(words[index + 1 : index + 2], Form.STRING, tuple(sets), folder)
        if plain.startswith("-") and len(plain) > 1:
            takes = not equals and (plain in wrapper.values or plain in wrapper.folders)
            if option in wrapper.folders and (equals or index + 1 < len(words)):
                folder = words[index][len(option) + 1 :] if equals else words[index + 1]
            index += 2 if takes else 1
        elif named < len(wrapper.first):
            if plain != wrapper.first[named]:
                return None
            named += 1
            index += 1
        elif wrapper.sets and equals and option.isidentifier():
            sets.append((option, words[index][len(option) + 1 :]))
            index += 1
        elif wrapper.dashes:
            index += 1
        elif skipped < wrapper.skip:
            folder = words[index] if wrapper.enters and not skipped else folder
            skipped += 1
            index += 1
        elif wrapper.form is Form.STRING:
            return _target(words[index:], tuple(sets))
        else:
            return Inner(words[index:], wrapper.form, tuple(sets), folder)
    return None


def _target(words: tuple[Text, ...], sets: tuple[tuple[str, Text], ...]) -> Inner:
    """Read the target of `watchfiles`: a command string, or a dotted function whose words `--args` gives."""
    arguments = next((words[i + 1] for i, word in enumerate(words[:-1]) if word.plain == "--args"), None)
    if arguments is not None and words[0].plain in ("celery.__main__.main", "celery.bin.celery.main"):
        return Inner((words[0][: len("celery")], *arguments.words()), Form.WORDS, sets)
    return Inner(words[:1], Form.STRING, sets)
