"""Fuzz each harness for some minutes, guided by coverage, and print what came of it.

Run by hand: ``pip install atheris``, then ``python benchmarks/fuzz.py [HARNESS ...] --minutes 10 --findings build/fuzz``.
Input that breaks a promise, raises, or takes longer than SLOW seconds of CPU time is kept in the folder of findings,
one file for each cause; the run goes on behind it. Mutated input that reached new code is kept there too, so that the next
run begins where this one ended.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import time
import traceback
from pathlib import Path

HERE = Path(__file__).parent
CORPUS = HERE.parent / "fixtures" / "fuzz"
SLOW = 10  # seconds of CPU time for one input, under instrumentation and beside other work
HANGS = 120  # seconds after which an input is given up, and with it the run
MEMORY = 2048  # MiB
LONGEST = 8192  # bytes of one input

WORDS = {
    "compose": "services: image: command: entrypoint: environment: env_file: mem_limit: deploy: resources: limits: memory: replicas: "
    "extends: include: profiles: build: context: args: healthcheck: test: scale: x-compose-lint: <<: *a &a !reset !override !!str "
    "!!float !!binary ${ :- :? :+ $$ ${A} | > - ? [ ] { } --- ... \\x00 1e400 .inf 0x1f 256m 1g",
    "dotenv": "export = # \" ' \\\\ ${ } :- $A \\r\\n LIMIT= A= N=",
    "shell": "if then elif else fi case esac in for while until do done function { } (( )) [[ ]] [ ] && || ; ;; | << <<< $( ${ } :- := "
    '## %% // ^^ ${# ${! [@] \\"$@\\" set -- shift eval exec exit return . celery worker -c -A proj export local $(( )) ` ',
    "dockerfile": "FROM AS ARG ENV COPY ADD RUN CMD ENTRYPOINT WORKDIR USER SHELL ONBUILD --from= --mount= # syntax= # escape=` "
    '<<EOF EOF [\\" \\"] ${ :- } \\\\\\n && sed -i echo > >> | tee chmod',
    "python": "import from as def class if elif else for while try except with lambda return yield async await match case := ** // << "
    'os.environ os.getenv int( str( [ ] { } f\\" { } \\"\\"\\" not in is and or env( config( worker_concurrency cpu_count() '
    "Settings BaseSettings globals() locals() setattr( getattr( **",
    "supervisord": "[program: [group: [include] [supervisord] [DEFAULT] command= environment= numprocs= process_name= directory= files= "
    "%(ENV_ %(program_name)s %(process_num)02d %% ; # autostart=false",
    "requirements": 'celery== >= ~= [redis] -r -c -e ; python_version git+ @ --hash= [[package]] name = \\" version dependencies '
    "[tool.poetry] [project] { } [ ] : ,",
    "pipeline": "=== compose.yaml === .env === Dockerfile === start.sh === proj/__init__.py === compose-lint.toml === .dockerignore "
    "services: build: command: celery -A proj worker -c mem_limit: FROM COPY CMD",
}


def fuzz(name: str, minutes: float, findings: Path) -> None:
    """Fuzz one harness in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["forkfit", "forkfit_rules"]):
        sys.path[:0] = [str(HERE)]
        from harnesses import HARNESSES

        harness = HARNESSES[name]
        for path in (CORPUS / name).iterdir():
            harness(path.read_bytes())  # what is imported when needed is instrumented too
    met: set[str] = set()

    def one(content: bytes) -> None:
        begun = time.process_time()
        cause = ""
        try:
            harness(content)
        except Exception as error:
            where = [frame for frame in traceback.extract_tb(error.__traceback__) if "/forkfit" in frame.filename] or [None]
            cause = f"{type(error).__name__} {where[-1] and (Path(where[-1].filename).name, where[-1].lineno)}"
            told = traceback.format_exc()
        spent = time.process_time() - begun
        if not cause and spent > SLOW:
            cause = told = f"slow {len(content)}"
        if cause and cause not in met:
            met.add(cause)
            kept = findings / f"{name}-{hashlib.sha256(content).hexdigest()[:12]}"
            kept.write_bytes(content)
            kept.with_suffix(".txt").write_text(f"{cause} after {spent:.1f} s\n{told}")
            print(f"FOUND {name}: {cause}: {kept}", file=sys.stderr)

    words = findings / f"{name}.dict"
    words.write_text("".join(f'"{escaped}"\n' for word in WORDS[name].split() if (escaped := _escaped(word))))
    grown = findings / f"corpus-{name}"
    grown.mkdir(exist_ok=True)
    limits = (f"-max_total_time={int(minutes * 60)}", f"-timeout={HANGS}", f"-rss_limit_mb={MEMORY}", f"-max_len={LONGEST}")
    options = (f"-dict={words}", f"-artifact_prefix={findings}/{name}-stopped-", "-print_final_stats=1", "-verbosity=1")
    atheris.Setup([sys.argv[0], *limits, *options, str(grown), str(CORPUS / name)], one)
    atheris.Fuzz()


def _escaped(word: str) -> str:
    plain = word.encode().decode("unicode_escape")
    return "".join(f"\\x{ord(c):02x}" if c in '\\"' or not c.isprintable() else c for c in plain)


def main() -> int:
    """Fuzz each harness in a process of its own, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("harness", nargs="*", default=sorted(WORDS))
    parser.add_argument("--minutes", type=float, default=1, help="for each harness")
    parser.add_argument("--findings", type=Path, default=HERE.parent / "build" / "fuzz")
    parser.add_argument("--here", action="store_true", help="fuzz one harness in this process")
    arguments = parser.parse_args()
    arguments.findings.mkdir(parents=True, exist_ok=True)
    if arguments.here:
        fuzz(arguments.harness[0], arguments.minutes, arguments.findings)
        return 0
    found = 0
    print(f"{'harness':<14} {'executions':>10} {'seconds':>8} {'new inputs':>10} {'causes':>7}", flush=True)
    for name in arguments.harness:
        command = [sys.executable, __file__, name, "--here", "--minutes", str(arguments.minutes), "--findings", str(arguments.findings)]
        begun = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        (arguments.findings / f"{name}.log").write_text(done.stderr)
        causes = len(re.findall("^FOUND ", done.stderr, re.MULTILINE)) + (done.returncode != 0)
        units, new = (re.findall(rf"stat::{word}:\s+(\d+)", done.stderr) for word in ("number_of_executed_units", "new_units_added"))
        seconds = time.monotonic() - begun
        print(f"{name:<14} {(units or ['?'])[0]:>10} {seconds:>8.0f} {(new or ['?'])[0]:>10} {causes:>7}", flush=True)
        found += causes
    return int(found > 0)


if __name__ == "__main__":
    raise SystemExit(main())
