"""Functions that start another program, and how each of them is told which one."""

from __future__ import annotations

import ast
from collections.abc import Callable
from enum import Enum

from forkfit.model.record import Record


class Given(Enum):
    """How a command is given."""

    WORDS = "words"  # a list of words, or one text that is the program; with shell=True a line for the shell
    LINE = "line"  # a line that a shell reads
    SPLIT = "split"  # a line that is cut into words, and no shell reads it
    SPREAD = "spread"  # the program, and each of its words, as an argument of its own
    NAME = "name"  # the program alone, its words in a list of their own


class Starter(Record):
    """Where among its arguments a function takes a command: at a position, or by one of several names.

    One that `waits` comes back when the program has ended.
    """

    given: Given
    position: int = 0
    names: tuple[str, ...] = ()
    waits: bool = True


_RUN = Starter(Given.WORDS, 0, ("args", "cmd", "command", "popenargs"))
_LET_RUN = Starter(Given.WORDS, 0, ("args", "cmd", "command"), waits=False)
_LINE = Starter(Given.LINE, 0, ("cmd", "command"))
_LET_LINE = Starter(Given.LINE, 0, ("cmd", "command"), waits=False)
_SPREAD = Starter(Given.SPREAD, 0, ("program", "file", "cmd"), waits=False)
_SECOND = Starter(Given.NAME, 1, ("file", "path"))  # after the mode
_FIRST = Starter(Given.NAME, 0, ("file", "path"), waits=False)
_SPLIT = Starter(Given.SPLIT, 0, ("command", "cmd"), waits=False)

_SUBPROCESS = dict.fromkeys(("run", "call", "check_call", "check_output"), _RUN)
_SUBPROCESS |= {"Popen": _LET_RUN}
_SUBPROCESS |= dict.fromkeys(("getoutput", "getstatusoutput"), _LINE)
_PEXPECT = dict.fromkeys(("spawn", "spawnu", "run", "runu"), _SPLIT)

# By the module and the name of the function in it.
STARTERS: dict[str, dict[str, Starter]] = {
    **dict.fromkeys(("subprocess", "subprocess32", "gevent.subprocess", "eventlet.green.subprocess", "psutil"), _SUBPROCESS),
    "os": {
        **dict.fromkeys(("system", "popen"), _LINE),
        **{f"spawn{end}": _SECOND for end in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")},
        **{f"exec{end}": _FIRST for end in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")},
        **dict.fromkeys(("posix_spawn", "posix_spawnp"), _FIRST),
    },
    "asyncio": {"create_subprocess_exec": _SPREAD, "create_subprocess_shell": _LET_LINE},
    "asyncio.subprocess": {"create_subprocess_exec": _SPREAD, "create_subprocess_shell": _LET_LINE},
    "anyio": dict.fromkeys(("run_process", "open_process"), _RUN),
    "trio": dict.fromkeys(("run_process", "open_process"), _RUN),
    "pexpect": _PEXPECT,
    "pexpect.popen_spawn": {"PopenSpawn": _SPLIT},
    "ptyprocess": {"PtyProcess.spawn": _RUN, "PtyProcessUnicode.spawn": _RUN},
    "sh": {"Command": _FIRST},
    "plumbum.local": {"get": _FIRST},
    "invoke": {"run": _LINE, "Context().run": _LINE, "context.Context().run": _LINE},
    "delegator": {"run": _LINE, "chain": _LINE},
    "sarge": dict.fromkeys(("run", "capture_stdout", "capture_stderr", "capture_both", "get_stdout", "get_both"), _LINE),
    "distutils.spawn": {"spawn": _RUN},
    "twisted.internet.utils": dict.fromkeys(("getProcessOutput", "getProcessValue", "getProcessOutputAndValue"), _FIRST),
}

# By the package and the last words of the name: the program that a function of a library starts.
_BY_LIBRARY: dict[str, dict[str, str]] = {
    "ansible_runner": {"ansible-playbook": "run run_async"},
    "exiftool": {"exiftool": "ExifTool ExifToolHelper ExifToolAlpha"},
    "ffmpeg": {"ffmpeg": "run run_async execute", "ffprobe": "probe"},
    "git": {
        "git clone": "clone clone_from",
        "git fetch": "fetch pull fetch_all",
        "git push": "push",
        "git gc": "gc repack",
    },
    "gnupg": {"gpg": "encrypt encrypt_file decrypt decrypt_file sign sign_file verify verify_file import_keys gen_key"},
    "graphviz": {"dot": "render pipe view"},
    "html2image": {"chromium": "screenshot Html2Image"},
    "imgkit": {"wkhtmltoimage": "from_url from_file from_string"},
    "language_tool_python": {"java": "LanguageTool"},
    "moviepy": {"ffmpeg": "VideoFileClip AudioFileClip write_videofile write_audiofile"},
    "nmap": {"nmap": "scan"},
    "ocrmypdf": {"tesseract": "ocr"},
    "pdf2image": {"pdftoppm": "convert_from_path convert_from_bytes", "pdfinfo": "pdfinfo_from_path pdfinfo_from_bytes"},
    "pdfkit": {"wkhtmltopdf": "from_url from_file from_string PDFKit"},
    "playwright": {
        "chromium": "chromium.launch chromium.launch_persistent_context",
        "firefox": "firefox.launch firefox.launch_persistent_context",
        "webkit": "webkit.launch webkit.launch_persistent_context",
    },
    "pydub": {"ffmpeg": "from_file from_mp3 from_ogg from_flv export", "ffprobe": "mediainfo mediainfo_json"},
    "pypandoc": {"pandoc": "convert convert_text convert_file"},
    "pyppeteer": {"chromium": "launch"},
    "pytesseract": {"tesseract": "image_to_string image_to_data image_to_pdf_or_hocr image_to_osd image_to_boxes run_and_get_output"},
    "selenium": {"chromium": "Chrome Chromium", "firefox": "Firefox"},
    "sox": {"sox": "build build_file build_array"},
    "tabula": {"java": "read_pdf convert_into"},
    "tika": {"java": "from_file from_buffer"},
    "undetected_chromedriver": {"chromium": "Chrome"},
    "whisper": {"ffmpeg": "load_audio"},
}
BY_LIBRARY: dict[str, dict[str, tuple[str, ...]]] = {
    package: {name: tuple(command.split()) for command, names in commands.items() for name in names.split()}
    for package, commands in _BY_LIBRARY.items()
}

# Packages whose every name is a program.
PROGRAMS_BY_NAME = frozenset(("sh", "plumbum.cmd"))


def _names() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for module, names in (*((m, tuple(s)) for m, s in STARTERS.items()), *((p, tuple(c)) for p, c in BY_LIBRARY.items())):
        found.setdefault(module.partition(".")[0], set()).update(name.rpartition(".")[2] for name in names)
    return {package: frozenset(names) for package, names in found.items()}


# What a call must be named to start something, by the package that a module imports it from.
NAMES = _names()


def starter(name: str) -> Starter | None:
    """Return how a function of the standard library, or one like its own, is told what to start; None for any other."""
    module, _, last = name.rpartition(".")
    known = STARTERS.get(module)
    if known is not None:
        return known.get(last)
    package, _, rest = name.partition(".")
    return STARTERS.get(package, {}).get(rest)


# Browsers, by the last words of what starts them: their playwright comes by a `with`, which is not followed.
_BROWSERS = ("chromium", "firefox", "webkit")


def command_by_form(function: ast.expr, of: Callable[[ast.expr], str]) -> tuple[str, ...]:
    """Return the command that a call starts whose function is not worked out; `of` gives the name of what is outside."""
    match function:
        case ast.Attribute(value=ast.Attribute(attr=browser), attr="launch" | "launch_persistent_context") if browser in _BROWSERS:
            return (browser,)
        case ast.Subscript(value=base, slice=key):
            name = of(base)
            if name == "plumbum.local" and isinstance(key, ast.Constant) and isinstance(key.value, str):
                return (key.value.rpartition("/")[2],)
            return command_of(name) if name.startswith("plumbum.cmd.") else ()
        case _:
            return ()


def command_of(name: str) -> tuple[str, ...]:
    """Return the command that a function of a library starts by itself; empty for any other."""
    package, _, rest = name.partition(".")
    known = BY_LIBRARY.get(package)
    if known is None:
        for module in PROGRAMS_BY_NAME:
            if name.startswith(f"{module}."):
                words = name.removeprefix(f"{module}.").removesuffix("()").split(".")
                return tuple(word.replace("_", "-") for word in words if word.isidentifier())
        return ()
    words = rest.split(".")
    return known.get(words[-1]) or known.get(".".join(words[-2:]), ())
