import pytest

from forkfit.syntax.shell import parse
from forkfit.syntax.shell_nodes import (
    Assignment,
    Background,
    Block,
    Both,
    Calculation,
    Case,
    Command,
    Condition,
    Counted,
    For,
    Function,
    If,
    Not,
    Pipeline,
    Unread,
    While,
    Word,
)


def short(text, node):
    """A statement in one line, so that trees can be compared by eye."""
    match node:
        case Command():
            words = [w.name + "=" if isinstance(w, Assignment) else text[w.start : w.end] for w in node.words]
            before = [text[a.start : a.end] for a in node.assignments]
            behind = [r.descriptor + r.operator + (text[r.target.start : r.target.end] if r.target else "") for r in node.redirects]
            return " ".join([*before, *words, *behind])
        case Both():
            return f"({short(text, node.left)} {node.operator} {short(text, node.right)})"
        case Not():
            return f"!{short(text, node.body)}"
        case Background():
            return f"{short(text, node.body)}&"
        case Pipeline():
            return "|".join(short(text, s) for s in node.stages)
        case Block():
            marks = "()" if node.subshell else "{}"
            return marks[0] + "; ".join(short(text, s) for s in node.statements) + marks[1]
        case If():
            found = "".join(f"if {short(text, c)} {short(text, b)} " for c, b in node.branches)
            return found + (f"else {short(text, node.otherwise)}" if node.otherwise else "fi")
        case Case():
            items = ["|".join(text[p.start : p.end] for p in i.patterns) + ")" + short(text, i.body) + i.terminator for i in node.items]
            return f"case {text[node.subject.start : node.subject.end]} " + " ".join(items)
        case While():
            return f"{'until' if node.until else 'while'} {short(text, node.condition)} {short(text, node.body)}"
        case For():
            words = "args" if node.words is None else " ".join(text[w.start : w.end] for w in node.words)
            return f"for {node.name} in {words} {short(text, node.body)}"
        case Counted():
            bounds = ";".join(text[w.start : w.end] for w in (node.first, node.condition, node.step))
            return f"for {bounds} {short(text, node.body)}"
        case Function():
            return f"{node.name}(){short(text, node.body)}"
        case Condition():
            return "[[" + " ".join(t if isinstance(t, str) else f"<{text[t.start : t.end]}>" for t in node.tokens) + "]]"
        case Calculation():
            return f"(({text[node.expression.start : node.expression.end]}))"
        case Unread():
            return "UNREAD"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b | c d", ["a b|c d"]),
        ("a && b || c", ["((a && b) || c)"]),
        ("a & b", ["a&", "b"]),
        ("a && b &", ["(a && b)&"]),
        ("! a", ["!a"]),
        ("(a; b)", ["(a; b)"]),
        ("{ a; b; }", ["{a; b}"]),
        ("a > f 2>&1 < g", ["a >f 2>&1 <g"]),
        ("a <<< $x", ["a <<<$x"]),
        ("a && b > f", ["(a && b >f)"]),
        ("{ a; } > f", ["{a}"]),
        ("X=1 Y=2", ["X=1 Y=2"]),
        ("X=(a b) Y+=c", ["X=(a b) Y+=c"]),
        ("export A=b C", ["export A= C"]),
        ("unset A B", ["unset A B"]),
        ("if a; then b; elif c; d; then e; else f; fi", ["if {a} {b} if {c; d} {e} else {f}"]),
        ("if a; then b; fi", ["if {a} {b} fi"]),
        ("case $x in a|b*) c;; (d) e;& *) ;; esac", ["case $x a|b*){c};; d){e};& *){};;"]),
        ("while a; b; do c; done", ["while {a; b} {c}"]),
        ("until a; do c; done &", ["until {a} {c}&"]),
        ("for x in a \"b c\" $d; do e; done", ["for x in a \"b c\" $d {e}"]),
        ("for x; do e; done", ["for x in args {e}"]),
        ("for ((i=0; i<3; i++)); do e; done", ["for i=0; i<3; i++ {e}"]),
        ("f() { a; }", ["f(){a}"]),
        ("function g { a; }", ["g(){a}"]),
        ("((x++))", ["((x++))"]),
        ("[ -n \"$A\" -a ! -f b ]", ["[ -n \"$A\" -a ! -f b ]"]),
        ("[[ -n $A && ( $b == c* || ! $d =~ ^(x|y)$ ) ]]", ["[[-n <$A> && ( <$b> == <c*> || ! <$d> =~ <^(x|y)$> )]]"]),
        ("[[ $a -eq 1 ]]", ["[[<$a> -eq <1>]]"]),
        ("a # comment\n# more\nb", ["a", "b"]),
        ("cat <<E\nx $y\nE\nb", ["cat <<", "b"]),
        ("cat <<E | c\nx\nE\nb", ["cat <<|c", "b"]),
        ("select x in a; do b; done", ["UNREAD"]),
    ],
)  # fmt: skip
def test_statements_read_as_the_grammar_reads_them(text, expected):
    assert [short(text, s) for s in parse(text).statements] == expected


def test_offsets_count_characters_and_not_bytes():
    text = "echo '🤖 ü'; celery -n ä | cat"
    pipeline = parse(text).statements[1]
    assert text[pipeline.start : pipeline.end] == "celery -n ä | cat"
    assert [text[w.start : w.end] for w in pipeline.stages[0].words] == ["celery", "-n", "ä"]


def test_what_cannot_be_read_stands_among_what_can():
    text = "first\nif then fi )(\n"
    statements = parse(text).statements
    assert short(text, statements[0]) == "first"
    assert any(isinstance(s, Unread) for s in statements)
    assert all(s.why for s in statements if isinstance(s, Unread))


def test_an_array_has_its_words_as_items():
    (command,) = parse('A=(a "b c" $d)').statements
    (assignment,) = command.assignments
    assert assignment.value is None
    assert len(assignment.items) == 3
    (command,) = parse("A[1]=b").statements
    assert isinstance(command.assignments[0].index, Word)


def test_a_long_chain_is_no_deep_nesting():
    (chain,) = parse(" && ".join(["a"] * 250)).statements
    assert isinstance(chain, Both)


@pytest.mark.parametrize(
    "text", ["if a; then " * 500, "{ " * 500, "(" * 5000, "$(" * 5000, "case a in b) " * 500, "`" * 5000, '"$(' * 2000]
)
def test_nesting_without_end_is_read_without_harm(text):
    parse(text)


def test_statements_are_nested_thirty_deep_at_most():
    statement = parse("if a; then " * 40 + "b; " + "fi; " * 40).statements[0]
    depth = 0
    while isinstance(statement, If):
        statement = statement.branches[0][1].statements[0]
        depth += 1
    assert isinstance(statement, Unread)
    assert depth == 31
