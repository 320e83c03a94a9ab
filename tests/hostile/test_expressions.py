"""Every regular expression of the tree takes time in proportion to its input: none doubles twice when the input doubles once."""

from __future__ import annotations

import ast
import pkgutil
import re
from importlib import import_module
from pathlib import Path
from re import _constants as kinds
from re import _parser as parser
from time import process_time

import pytest

import forkfit
import forkfit_rules

ASKED = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
ANYWHERE = ("search", "sub", "subn", "split", "findall", "finditer")  # these begin anew at each character
ENDINGS = ("", "\0", "!", "\n", "a", "]")
SHORT = range(8, 33, 4)  # repetitions at which what doubles with each of them shows
LONG = 2_000
NOISE = 0.004  # seconds of CPU time; what is faster is not compared


def modules():
    """Yield every module of both packages but those that only run inside a measured program."""
    for package in (forkfit, forkfit_rules):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if "__main__" not in found.name and ".inside" not in found.name:
                yield import_module(found.name)


def expressions():
    """Return each expression of the tree with the question that is asked of it, and the module where it stands."""
    found = {}
    uses = {}
    for module in modules():
        tree = ast.parse(Path(module.__file__).read_bytes())
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in ASKED and isinstance(node.value, ast.Name):
                uses.setdefault(known_as(node.value.id, module), set()).add(node.attr)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args and is_re(node.func.value):
                for pattern in written(node.args[0], module):
                    found.setdefault((pattern, flags_of(node)), (module.__name__, set()))[1].add(node.func.attr)
        for name, held in vars(module).items():
            for pattern in patterns_in(held):
                found.setdefault((pattern.pattern, pattern.flags & ~re.UNICODE), (module.__name__, set()))[1].update(
                    uses.get(known_as(name, module), {"match"})
                )
    return {key: (home, asked) for key, (home, asked) in found.items() if isinstance(key[0], str)}


def known_as(name, module):
    """Return by what a name is known: a private one within its module alone."""
    return f"{module.__name__}.{name}" if name.startswith("_") else name


def written(node, module):
    """Return the text of an expression; what only a run knows counts as a word."""
    if isinstance(node, ast.Constant):
        return (node.value,)
    if isinstance(node, ast.Name) and isinstance(vars(module).get(node.id), str):
        return (vars(module)[node.id],)
    if isinstance(node, ast.JoinedStr):
        parts = []
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else None
            known = vars(module).get(inner.id) if isinstance(inner, ast.Name) else None
            parts.append(part.value if inner is None else known if isinstance(known, str) else "word")
        return ("".join(parts),)
    return ()


def is_re(node):
    """Tell whether a name is that of the module."""
    return isinstance(node, ast.Name) and node.id == "re"


def flags_of(node):
    """Return the flags of a call."""
    flags = 0
    for given in (*node.args[1:], *(keyword.value for keyword in node.keywords)):
        for part in ast.walk(given):
            if isinstance(part, ast.Attribute) and isinstance(getattr(re, part.attr, None), re.RegexFlag):
                flags |= getattr(re, part.attr)
    return int(flags)


def patterns_in(held):
    """Yield the compiled expressions that a name holds, alone or in a table."""
    if isinstance(held, re.Pattern):
        yield held
    elif isinstance(held, dict):
        for inner in held.values():
            yield from patterns_in(inner)
    elif isinstance(held, tuple | list):
        for inner in held:
            yield from patterns_in(inner)


class Writer:
    """Write texts that an expression likes, one of its repetitions over and over."""

    def __init__(self, pumped, times, choice):
        self.pumped, self.times, self.choice, self.seen = pumped, times, choice, 0

    def text(self, tree):
        """Write what a sequence of parts takes."""
        return "".join(self.part(kind, given) for kind, given in tree)

    def part(self, kind, given):
        """Write what one part takes."""
        if kind is kinds.LITERAL:
            return chr(given)
        if kind is kinds.NOT_LITERAL:
            return "x" if given != ord("x") else "y"
        if kind is kinds.ANY:
            return "a~"[self.choice % 2]
        if kind is kinds.IN:
            return self.member(given)
        if kind is kinds.BRANCH:
            options = given[1]
            return self.text(options[self.choice % len(options)])
        if kind in (kinds.SUBPATTERN, kinds.ATOMIC_GROUP):
            return self.text(given[-1] if kind is kinds.SUBPATTERN else given)
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
            least, most, tree = given
            mine = self.seen
            self.seen += most is kinds.MAXREPEAT
            once = self.text(tree)
            return once * (self.times if mine == self.pumped and most is kinds.MAXREPEAT else max(1, least))
        return ""

    def member(self, given):
        """Write a character of a class."""
        negated = given and given[0][0] is kinds.NEGATE
        listed = []
        for kind, value in given:
            if kind is kinds.LITERAL:
                listed.append(chr(value))
            elif kind is kinds.RANGE:
                listed.append(chr(value[0]))
            elif kind is kinds.CATEGORY:
                listed.append({"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " \n", "CATEGORY_WORD": "a"}.get(value.name, "~"))
        if negated:
            return next(c for c in ("a~ ", " a~", "~\n-")[self.choice % 3] + "zZ9" if all(c not in some for some in listed))
        chosen = listed[self.choice % len(listed)]
        return chosen[self.choice % len(chosen)]


def attacks(pattern, flags):
    """Yield functions from a number of repetitions to a text."""
    tree = parser.parse(pattern, flags)
    counter = Writer(-1, 1, 0)
    counter.text(tree)
    for pumped in range(counter.seen):
        for choice in range(4):
            for ending in ENDINGS:
                yield lambda times, p=pumped, c=choice, e=ending: Writer(p, times, c).text(tree) + e
    for letter in sorted({chr(c) for c in map(ord, pattern) if chr(c).isprintable()} | set(" \n\"'a0")):
        yield lambda times, one=letter: one * times


def seconds(pattern, asked, text):
    """Return the CPU time of asking, the least of three."""
    taken = []
    for _ in range(3):
        begun = process_time()
        if asked in ("match", "fullmatch"):
            getattr(pattern, asked)(text)
        else:
            for _found in pattern.finditer(text):
                pass
        taken.append(process_time() - begun)
        if taken[-1] < NOISE:
            break
    return min(taken)


def growth(pattern, flags, asked):
    """Return the worst answer to four times the input, as a multiple of that to the input, and the text's beginning."""
    compiled = re.compile(pattern, flags)
    for attack in attacks(pattern, flags):
        for times in SHORT:
            if seconds(compiled, asked, attack(times)) > NOISE:
                return "exponential", attack(SHORT[0])
        if (long := seconds(compiled, asked, attack(4 * LONG))) > NOISE and long > 9 * (short := seconds(compiled, asked, attack(LONG))):
            return f"{long / short:.0f} times for 4 times", attack(SHORT[0])
    return None


FOUND = expressions()


@pytest.mark.parametrize(
    ("key", "home"), [(key, home) for key, (home, _) in FOUND.items()], ids=[f"{h}:{k[0][:40]}" for k, (h, _) in FOUND.items()]
)
def test_an_expression_takes_time_in_proportion_to_its_input(key, home):
    asked = FOUND[key][1]
    worst = "finditer" if asked & set(ANYWHERE) else "fullmatch" if "fullmatch" in asked else "match"
    assert growth(*key, worst) is None, (home, key[0])


def test_an_expression_that_is_not_would_be_found():
    assert growth(r"(?:\s*(?:#[^\n]*)?\n)*x", 0, "match")[0] == "exponential"
    assert growth(r"[ \t]+x", 0, "finditer") is not None
    assert growth(r"(?:a|b)+c", 0, "match") is None
