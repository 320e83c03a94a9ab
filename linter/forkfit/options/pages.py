"""What ``--help`` says of each command around its options: what it is for, how it is used, and its exit status."""

from __future__ import annotations

from forkfit.arguments import CHECK, COMPLETION, MEASURE, RESOLVE, RULE, WORKERS

ABOUT = {
    CHECK: "Find Celery workers that cannot fit their container, without running anything.",
    COMPLETION: "Print a script that completes compose-lint in a shell: bash, fish or zsh.",
    MEASURE: """\
Weigh your own application, or a library. This is the one command that runs your code: it starts a real Celery
worker of it in this environment, without a broker, and writes compose-lint.measured.json at the project root,
which the linter then reads in place of its table. Linux only.""",
    RESOLVE: "Print the effective project as JSON, environments and their secrets included, as `docker compose config` does.",
    RULE: "Print the manual page of rules, by id or name; without one, list them.",
    WORKERS: """\
Show each container's memory as a budget: what parent, children, models and tasks take of the limit, how many run
and how many fit, where pool, concurrency and limit come from, and what could not be seen. As text, Markdown,
JSON, or one HTML page.""",
}
PATHS = """\

Without a path it is the project of this folder and those below it. A named Compose file is what
`docker compose -f FILE` loads: that file, no override. A folder is searched, .gitignore honoured, and each
project is taken with its override. Any other file (.env, script, Dockerfile, Python) stands for the projects
that load it. A path with the name of a command is given as ./check."""
MORE = {
    CHECK: """\
commands:
  compose-lint [check] [PATH ...]   judge projects, as described here
  compose-lint workers [PATH ...]   show each container's memory as a budget
  compose-lint measure -A APP       weigh your own application; the one command that runs your code
  compose-lint resolve [FILE ...]   print the effective project, as Compose would load it
  compose-lint rule [RULE ...]      print the manual page of a rule, or list the rules
  compose-lint completion SHELL     print a script for bash, fish or zsh

examples:
  compose-lint                                   the projects of this folder
  compose-lint services/a services/b             the projects of several folders
  compose-lint -f compose.yaml -f prod.yaml      files merged into one project
  compose-lint --env CONCURRENCY=8 --cpus 16     what the deployment has; nothing is taken from this machine
  compose-lint --what-if worker.concurrency=4    the report that this would give; also .memory=1g, .pool=threads
  compose-lint --since origin/main               and what has changed since: memory at start, warm, and what fits
  compose-lint --select FF1 --fail-on error      only the memory rules, and only errors fail the run
  compose-lint --diff                            what --fix would change; --unsafe-fixes for more, --prefer limit
  compose-lint --write-baseline baseline.json    accept what there is; --baseline then tells only what is new
  compose-lint - --stdin-filename compose.yaml <compose.new.yaml

settings:
  [tool.compose-lint] in pyproject.toml, or compose-lint.toml, the nearest at or above each project. The command
  line wins. `--show-settings` prints those in force. On a line, above it, or at the service:
  # compose-lint: ignore[FF101] reason

exit status:
  0  nothing at or above the threshold
  1  findings
  2  could not run, or could not see: usage, settings, a named file that cannot be read, no Compose file""",
    COMPLETION: """\
examples:
  compose-lint completion bash >~/.local/share/bash-completion/completions/compose-lint
  compose-lint completion fish >~/.config/fish/completions/compose-lint.fish
  compose-lint completion zsh >"${fpath[1]}/_compose-lint\"""",
    MEASURE: """\
examples:
  compose-lint measure -A proj                   one worker with 1 child, one with 4
  compose-lint measure -A proj --task proj.tasks.thumbnail    each child runs this task too: it really runs
  compose-lint measure --service worker          the application of a service, with the variables Compose gives it
  compose-lint measure --library torch           the weight of an import, written to torch.toml

exit status:
  0    written
  2    could not be measured: it cannot be imported, it hangs, this is not Linux
  130  ended by Ctrl-C; nothing is written, and nothing is left running""",
    RESOLVE: """\
examples:
  compose-lint resolve                           the project of this folder
  compose-lint resolve -f compose.yaml --service worker

exit status:
  0  printed
  2  could not be loaded""",
    WORKERS: """\
examples:
  compose-lint workers                           the workers of the projects of this folder
  compose-lint workers --output html:budget.html a page beside the text, with the curves; it needs no network
  compose-lint workers --cpus 16 --memory 2g     what the deployment has, where the files leave it open

exit status:
  0  shown, whatever fits or does not
  2  could not run, or could not see""",
    RULE: """\
examples:
  compose-lint rule FF101
  compose-lint rule little-headroom""",
}
