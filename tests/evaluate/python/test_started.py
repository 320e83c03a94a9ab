"""A walk sees which programs the tasks of a worker start: by which words, and through which helpers, wrappers and libraries."""

from __future__ import annotations

import pytest

from forkfit.evaluate.python.walk import Start, walk

APP = {"proj/__init__.py": "", "proj/celery.py": "from celery import Celery\napp = Celery('proj', include=['proj.tasks'])\n"}
HEAD = "import asyncio, os, shlex, shutil, subprocess, sys\nfrom pathlib import Path\nfrom celery import shared_task\n"


def started(project, files, environ=None):
    code = walk(project({**APP, **files}, environ or {}).run, (Start("proj.celery", needed=True),)).code
    return [" ".join(word or "?" for word in tool.words) for tool in code.tools]


def in_task(body, before=""):
    inner = "".join(f"    {line}\n" for line in body.splitlines())
    return {"proj/tasks.py": f"{HEAD}{before}\n@shared_task\ndef work(path, options=None):\n{inner}"}


COMMANDS = {
    "a list": ("subprocess.run(['ffmpeg', '-i', path])", ["ffmpeg -i ?"]),
    "a tuple": ("subprocess.check_call(('git', 'clone', path))", ["git clone ?"]),
    "a program in a folder": ("subprocess.run(['/usr/bin/ffmpeg', '-version'])", ["ffmpeg -version"]),
    "by its keyword": ("subprocess.Popen(args=['ffmpeg'])", ["ffmpeg"]),
    "another executable": ("subprocess.run(['x', '-y'], executable='/bin/gs')", ["gs"]),
    "one text without a shell is a program": ("subprocess.run('ffmpeg')", ["ffmpeg"]),
    "a line for the shell": ("subprocess.run('ffmpeg -i a.mp3 b.wav', shell=True)", ["ffmpeg -i a.mp3 b.wav"]),
    "a line with a shell that is not there": ("subprocess.run('ffmpeg -i a.mp3')", []),
    "a line known in part": ("os.system(f'ffmpeg -i {path} -c copy out.mp4')", ["ffmpeg -i ? -c copy out.mp4"]),
    "a line by percent": ("os.system('ffmpeg -i %s -vn' % path)", ["ffmpeg -i ? -vn"]),
    "a line by format": ("os.system('ffmpeg -i {} -t {seconds}'.format(path, seconds=4))", ["ffmpeg -i ? -t 4"]),
    "a line by a sum": ("os.system('convert ' + path + ' out.png')", ["convert ? out.png"]),
    "a line by joining": ("os.popen(' '.join(['gs', '-q', path]))", ["gs -q ?"]),
    "whose first word is not known": ("os.system(f'{path} -version')", []),
    "no name of a file": ("subprocess.run(['a' * 300])", []),
    "whose first word is not whole": ("subprocess.run([f'ffmpeg{path}'])", []),
    "a chain": ("os.system('cd /tmp && unzip a.zip; ls | sort > out')", ["unzip a.zip", "ls", "sort"]),
    "an environment before it": ("os.system('LC_ALL=C FOO=1 pg_dump shop')", ["pg_dump shop"]),
    "what the shell does itself": ("os.system('cd /tmp && echo done')", []),
    "a condition of the shell": ("os.system('if test -f a; then gzip a; fi')", ["gzip a"]),
    "a shell that is named": ("subprocess.run(['bash', '-c', 'ffmpeg -i a | lame - b'])", ["ffmpeg -i a", "lame - b"]),
    "a wrapper": ("subprocess.run(['nice', '-n', '19', 'timeout', '60', 'ffmpeg', '-i', path])", ["ffmpeg -i ?"]),
    "split by shlex": ("subprocess.run(shlex.split(f'ffmpeg -i {path}'))", ["ffmpeg -i ?"]),
    "split into words": ("subprocess.run('git gc --auto'.split())", ["git gc --auto"]),
    "the output": ("x = subprocess.getoutput('exiftool a.jpg')", ["exiftool a.jpg"]),
    "arguments each of its own": ("asyncio.run(asyncio.create_subprocess_exec('ffprobe', '-v', 'quiet', path))", ["ffprobe -v quiet ?"]),
    "asynchronously by a shell": ("asyncio.run(asyncio.create_subprocess_shell('ffprobe -v quiet'))", ["ffprobe -v quiet"]),
    "by os": ("os.spawnlp(os.P_WAIT, 'gpg', 'gpg', '-d', 'a')", ["gpg -d a"]),
    "by os with a list": ("os.posix_spawn('/bin/tar', ['tar', 'xf', 'a'], os.environ)", ["tar xf a"]),
    "another Python": ("subprocess.run([sys.executable, '-m', 'demucs', path])", ["python -m demucs ?"]),
    "a list that grows": ("cmd = ['ffmpeg']\ncmd.append('-i')\ncmd += [path]\nsubprocess.run(cmd)", ["ffmpeg -i ?"]),
    "a list with more of it": ("subprocess.run(['ffmpeg', *options])", ["ffmpeg"]),
    "a list and what is not known": ("subprocess.run(['ffmpeg'] + options)", ["ffmpeg"]),
    "by shutil.which": ("subprocess.run([shutil.which('kopia') or 'kopia', 'snapshot'])", ["kopia snapshot"]),
    "a path object": ("subprocess.run([Path('/opt') / 'tool', '-x'])", ["tool -x"]),
    "one of two": ("subprocess.run(['avconv' if options else 'ffmpeg', '-i'])", ["avconv -i", "ffmpeg -i"]),
    "in the head of a condition": ("if subprocess.call(['git', 'fetch']) != 0:\n    return None", ["git fetch"]),
    "in the head of a with": ("with subprocess.Popen(['ffmpeg']) as process:\n    process.wait()", ["ffmpeg"]),
    "in the head of a loop": ("for line in subprocess.Popen(['ffmpeg']).stdout:\n    print(line)", ["ffmpeg"]),
    "where it cannot come to": ("if False:\n    subprocess.run(['ffmpeg'])", []),
    "in an error's handler": ("try:\n    check(path)\nexcept OSError:\n    subprocess.run(['fsck'])", ["fsck"]),
}


@pytest.mark.parametrize(("body", "expected"), COMMANDS.values(), ids=COMMANDS)
def test_a_command_is_known_by_its_words(project, body, expected):
    assert started(project, in_task(body)) == expected


CLIENT = """\
class Client:
    def __init__(self, binary='kopia'):
        self.binary = binary
    def run(self, *words):
        subprocess.run([self.binary, *words])
    def backup(self):
        self.run('snapshot')
"""
HELPERS = {
    "a function that is told the command": (
        "def run(cmd):\n    return subprocess.run(cmd)\n",
        "run(['ffmpeg', '-i'])\nrun(['convert', 'a'])",
        ["ffmpeg -i", "convert a"],
    ),
    "a function that is told a part of it": (
        "def git(*words):\n    return subprocess.run(['git', *words])\n",
        "git('clone', path)\ngit('gc')",
        ["git clone ?", "git gc"],
    ),
    "functions that hand it on": (
        "def run(cmd):\n    return subprocess.run(cmd)\ndef nicely(cmd):\n    return run(['nice', *cmd])\n",
        "nicely(['ffmpeg'])\nnicely(['gs'])",
        ["ffmpeg", "gs"],
    ),
    "a default": ("def run(tool='ffmpeg'):\n    subprocess.run([tool])\n", "run()\nrun('gs')", ["ffmpeg", "gs"]),
    "a constant": ("FFMPEG = '/usr/bin/ffmpeg'\n", "subprocess.run([FFMPEG])", ["ffmpeg"]),
    "a variable with a default": ("FFMPEG = os.environ.get('FFMPEG_BINARY', 'ffmpeg')\n", "subprocess.run([FFMPEG])", ["ffmpeg"]),
    "a function that finds it": (
        "def find():\n    found = shutil.which('kopia')\n    if found:\n        return found\n    raise OSError('none')\n",
        "subprocess.run([find(), 'snapshot'])",
        ["kopia snapshot"],
    ),
    "a function that builds it": ("def build(a):\n    return ['ffmpeg', '-i', a]\n", "subprocess.run(build(path))", ["ffmpeg -i ?"]),
    "an object": (
        CLIENT,
        "Client().backup()\nClient('restic').backup()",
        ["kopia snapshot", "restic snapshot"],
    ),
    "a program that a task is told": ("", "subprocess.run([path, '-x'])", []),
    "a lazy import of the helper": ("", "from proj import media\nmedia.encode(path)", ["ffmpeg -i ?"]),
    "under another name": (
        "import subprocess as sp\nfrom subprocess import check_output as read\n",
        "sp.run(['gs'])\nread(['git'])",
        ["gs", "git"],
    ),
    "a function that calls itself": ("def run(cmd, n=2):\n    subprocess.run(cmd)\n    run(cmd, n - 1)\n", "run(['ffmpeg'])", ["ffmpeg"]),
}


@pytest.mark.parametrize(("before", "body", "expected"), HELPERS.values(), ids=HELPERS)
def test_a_command_is_followed_through_helpers(project, before, body, expected):
    media = {"proj/media.py": "import subprocess\ndef encode(a):\n    subprocess.run(['ffmpeg', '-i', a])\n"}
    assert started(project, {**in_task(body, before), **media}) == expected


LIBRARIES = {
    "pydub": ("from pydub import AudioSegment", "AudioSegment.from_file(path).export('a.mp3')", ["ffmpeg", "ffmpeg"]),
    "ffmpeg-python": ("import ffmpeg", "ffmpeg.input(path).output('a').run()\nffmpeg.probe(path)", ["ffmpeg", "ffprobe"]),
    "pdf2image": ("from pdf2image import convert_from_path", "convert_from_path(path)", ["pdftoppm"]),
    "pytesseract": ("import pytesseract", "pytesseract.image_to_string(path)", ["tesseract"]),
    "pdfkit": ("import pdfkit", "pdfkit.from_string(path, 'a.pdf')", ["wkhtmltopdf"]),
    "imgkit": ("import imgkit", "imgkit.from_url(path, 'a.png')", ["wkhtmltoimage"]),
    "pypandoc": ("import pypandoc", "pypandoc.convert_file(path, 'docx')", ["pandoc"]),
    "GitPython": ("from git import Repo", "Repo.clone_from(path, 'a').remotes.origin.pull()", ["git clone", "git fetch"]),
    "selenium": ("from selenium import webdriver", "webdriver.Chrome()", ["chromium"]),
    "playwright": (
        "from playwright.sync_api import sync_playwright",
        "with sync_playwright() as p:\n    browser = p.chromium.launch()",
        ["chromium"],
    ),
    "sh": ("import sh", "sh.git.clone(path)\nsh.pdftotext(path)", ["git clone", "pdftotext"]),
    "sh by name": ("from sh import git", "git('status')", ["git"]),
    "plumbum": ("from plumbum import local", "local['ffmpeg']('-i', path)", ["ffmpeg"]),
    "plumbum by name": ("from plumbum.cmd import ffmpeg", "ffmpeg['-i', path]()", ["ffmpeg"]),
    "pexpect": ("import pexpect", "pexpect.spawn('gpg --edit-key a')", ["gpg --edit-key a"]),
    "invoke": ("import invoke", "invoke.run('make docs')", ["make docs"]),
    "weasyprint, which starts nothing": ("import weasyprint", "weasyprint.HTML(path).write_pdf('a')", []),
    "a run of something else": ("import subprocess\nimport uvicorn", "uvicorn.run('ffmpeg')", []),
}


@pytest.mark.parametrize(("imports", "body", "expected"), LIBRARIES.values(), ids=LIBRARIES)
def test_a_library_starts_a_program_of_its_own(project, imports, body, expected):
    assert started(project, in_task(body, f"{imports}\n")) == expected


NOT_OF_TASKS = {
    "at module level": "subprocess.check_output(['git', 'rev-parse', 'HEAD'])\n@shared_task\ndef work():\n    pass\n",
    "in a function that nothing calls": "def unused():\n    subprocess.run(['ffmpeg'])\n@shared_task\ndef work():\n    pass\n",
    "when the worker starts": (
        "from celery.signals import worker_init\n@worker_init.connect\ndef begin(**_):\n    subprocess.Popen(['redis-server'])\n"
    ),
}


@pytest.mark.parametrize("text", NOT_OF_TASKS.values(), ids=NOT_OF_TASKS)
def test_what_no_task_starts_is_not_a_tasks(project, text):
    assert started(project, {"proj/tasks.py": HEAD + text}) == []


def test_what_each_child_starts_and_leaves_running_stays(project):
    text = "from celery.signals import worker_process_init\n@worker_process_init.connect\ndef begin(**_):\n"
    text += "    subprocess.run(['git', 'fetch'])\n    subprocess.Popen(['chromium'])\n"
    code = walk(project({**APP, "proj/tasks.py": HEAD + text}).run, (Start("proj.celery", needed=True),)).code
    assert [(tool.name, tool.stays) for tool in code.tools] == [("git", False), ("chromium", True)]


def test_the_way_tells_where_the_name_stands_and_where_it_is_started(project):
    files = in_task("run(['ffmpeg', '-i'])", "def run(cmd):\n    subprocess.run(cmd)\n")
    (tool,) = walk(project({**APP, **files}).run, (Start("proj.celery", needed=True),)).code.tools
    assert (tool.at.file, tool.at.line) == ("proj/tasks.py", 5)
    assert [step.at.line for step in tool.trail if step.at is not None] == [9, 5]


SECONDS = {
    "a module of the project": ("[sys.executable, '-m', 'proj.job']", {"torch"}, 1),
    "a package of the project": ("['python3', '-u', '-m', 'proj.jobs', path]", {"pandas"}, 2),
    "a script of the project": ("['python', 'scripts/run.py']", {"numpy"}, 1),
    "a library's": ("['python3.11', '-m', 'demucs.separate', path]", {"demucs"}, 0),
    "a word of its own": ("['python', '-c', 'import torch']", set(), 0),
    "a module that is not known": ("['python', '-m', path]", set(), 0),
}


@pytest.mark.parametrize(("command", "libraries", "modules"), SECONDS.values(), ids=SECONDS)
def test_another_python_has_imports_of_its_own(project, command, libraries, modules):
    files = {
        "proj/job.py": "def main():\n    import torch\nif __name__ == '__main__':\n    main()\n",
        "proj/jobs/__init__.py": "",
        "proj/jobs/__main__.py": "import pandas\n",
        "scripts/run.py": "import numpy\n",
    }
    made = project({**APP, **in_task(f"subprocess.run({command})"), **files}, paths={"/app": "."}, working_dir="/app")
    (tool,) = walk(made.run, (Start("proj.celery", needed=True),)).code.tools
    assert {one.library for one in tool.imports} == libraries
    assert tool.modules >= modules


@pytest.mark.parametrize("text", ["a" * 100_000, "'" * 5000, "$(" * 3000, "\\" * 9999, "| & ; < > " * 2000], ids=lambda text: text[:3])
def test_a_hostile_line_ends(project, text):
    started(project, in_task(f"os.system({text!r})"))
