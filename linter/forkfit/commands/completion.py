"""Print the script that completes our command line in a shell, made from the parsers themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from shlex import quote

from forkfit.arguments import CHECK, COMPLETION, RULE, Arguments
from forkfit.builtin import gathered
from forkfit.model.record import Record
from forkfit.options.pages import ABOUT
from forkfit.options.parser import SHELLS, parser
from forkfit.streams import Streams, whole

_PROGRAMS = ("compose-lint", "forkfit")
_OF_RULES = ("--select", "--ignore", "--extend-select", "--extend-ignore", "--explain")
_LEVELS = ("error", "warning", "info", "never")


class Option(Record):
    """An option of a command: its names, what it is, whether a value follows, and the values that there are."""

    names: tuple[str, ...]
    about: str
    takes: bool
    values: tuple[str, ...] = ()


def run(arguments: Arguments, streams: Streams) -> int:
    """Print the script for the shell that is named."""
    parts = gathered()
    rules = tuple(name for rule in parts.rules for name in (rule.id, rule.name))
    known = dict.fromkeys(_OF_RULES, rules) | {"--fail-on": _LEVELS, "--format": tuple(form.name for form in parts.formats)}
    commands = {command: _options(command, known) for command in ABOUT}
    with whole(streams.out):
        streams.out.writelines(f"{line}\n" for line in _SCRIPTS[arguments.paths[0]](commands, {RULE: rules, COMPLETION: SHELLS}))
    return 0


def _options(command: str, known: dict[str, tuple[str, ...]]) -> tuple[Option, ...]:
    """Return the options of a command, as its parser has them."""
    return tuple(
        Option(
            tuple(action.option_strings),
            (action.help or "").replace("%%", "%"),
            action.nargs != 0,
            tuple(action.choices or known.get(action.option_strings[-1], ())),
        )
        for action in parser(command)._actions
        if action.option_strings
    )


Commands = dict[str, tuple[Option, ...]]
Words = dict[str, tuple[str, ...]]


def _bash(commands: Commands, words: Words) -> Iterable[str]:
    yield "_compose_lint() {"
    yield "    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=check words="
    yield f'    case ${{COMP_WORDS[1]}} in {"|".join(commands)}) [ "$COMP_CWORD" -gt 1 ] && command=${{COMP_WORDS[1]}} ;; esac'
    yield "    COMPREPLY=()"
    yield '    case "$command $before" in'
    for command, options in commands.items():
        for option in options:
            if option.takes:
                pattern = "|".join(f'"{command} {name}"' for name in option.names)
                reply = f'COMPREPLY=($(compgen -W "{" ".join(option.values)}" -- "$current")); ' if option.values else ""
                yield f"        {pattern}) {reply}return ;;"
    yield "    esac"
    yield '    case "$command" in'
    for command, options in commands.items():
        names = " ".join(name for option in options for name in option.names)
        yield f'        {command}) case "$current" in -*) words="{names}" ;; *) words="{" ".join(words.get(command, ()))}" ;; esac ;;'
    yield "    esac"
    yield f'    [ "$COMP_CWORD" -eq 1 ] && words="$words {" ".join(commands)}"'
    yield '    COMPREPLY=($(compgen -W "$words" -- "$current"))'
    yield "}"
    yield f"complete -o default -F _compose_lint {' '.join(_PROGRAMS)}"


def _zsh(commands: Commands, words: Words) -> Iterable[str]:
    yield f"#compdef {' '.join(_PROGRAMS)}"
    yield "local command=check"
    yield f"(( CURRENT > 2 )) && case $words[2] in {'|'.join(commands)}) command=$words[2] ;; esac"
    yield f"(( CURRENT == 2 )) && compadd -- {' '.join(commands)}"
    yield "case $command in"
    for command, options in commands.items():
        yield f"    {command}) _arguments -s \\"
        for option in options:
            for name in option.names:
                values = f":value:({' '.join(option.values)})" if option.values else ":value:_files"
                about = option.about.replace("[", "(").replace("]", ")").replace(":", ",")
                yield f"        {quote(f'*{name}[{about}]{values if option.takes else str()}')} \\"
        yield f"        {quote('*:argument:(' + ' '.join(words[command]) + ')' if command in words else '*:path:_files')} ;;"
    yield "esac"


def _fish(commands: Commands, words: Words) -> Iterable[str]:
    others = " ".join(command for command in commands if command != CHECK)
    for program in _PROGRAMS:
        for command, options in commands.items():
            when = f"not __fish_seen_subcommand_from {others}" if command == CHECK else f"__fish_seen_subcommand_from {command}"
            yield f"complete -c {program} -n __fish_is_first_arg -a {command} -d {quote(ABOUT[command].splitlines()[0])}"
            if command in words:
                yield f"complete -c {program} -n {quote(when)} -f -a {quote(' '.join(words[command]))}"
            for option in options:
                names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
                takes = f" -x -a {quote(' '.join(option.values))}" if option.values else " -r" if option.takes else ""
                yield f"complete -c {program} -n {quote(when)} {names}{takes} -d {quote(option.about)}"


_SCRIPTS: dict[str, Callable[[Commands, Words], Iterable[str]]] = {"bash": _bash, "fish": _fish, "zsh": _zsh}
