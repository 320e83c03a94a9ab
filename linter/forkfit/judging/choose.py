"""Which rules speak, and how loudly: what the layers of settings choose, the most exact word winning in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forkfit.model.finding import Severity
from forkfit.model.rule import Rule
from forkfit.model.settings import Choice, Settings

ALL = "ALL"
_EXACT = 1000
_CHOOSING = ("select", "ignore", "extend-select", "extend-ignore")


def closeness(word: str, rule: Rule) -> int:
    """Return how closely a word names a rule: 0 not at all, more the longer the beginning of its id, most by its whole id or name."""
    if word == rule.name or word.upper() == rule.id:
        return _EXACT
    if word == ALL:
        return 1
    return len(word) if word and rule.id.startswith(word.upper()) else 0


def selects(settings: Settings, rule: Rule) -> bool:
    """Tell whether a rule is to speak: every rule is, until a layer of settings says otherwise."""
    chosen = True
    for choice in settings.choices:
        chosen = _decides(choice, rule, chosen)
    return chosen


def may_select(settings: Settings, rule: Rule) -> bool:
    """Tell whether a rule is to speak of anything: in general, of one service, or of some files."""
    layers = (*settings.services.values(), *(layer for _, layer in settings.per_file))
    words = (w for layer in layers for choice in layer.given.get("choices", ()) for w in (*(choice.select or ()), *choice.extend))
    return selects(settings, rule) or any(closeness(word, rule) for word in words)


def _decides(choice: Choice, rule: Rule, before: bool) -> bool:
    """Tell whether a rule is chosen after one layer; a `select` starts anew, the rest adds to what weaker layers say."""
    chosen = max((closeness(word, rule) for word in (*(choice.select or ()), *choice.extend)), default=0)
    dropped = max((closeness(word, rule) for word in choice.ignore), default=0)
    if chosen == dropped == 0:
        return before and choice.select is None
    return chosen > dropped


def asks_for(settings: Settings, rule: Rule) -> bool:
    """Tell whether a rule is selected by its id, its name or its family, not only with all others."""
    words = (word for choice in settings.choices for word in (*(choice.select or ()), *choice.extend))
    return any(closeness(word, rule) > len("FF") for word in words) and selects(settings, rule)


def severity_of(settings: Settings, rule: Rule, otherwise: Severity) -> Severity:
    """Return the severity that the settings give a rule."""
    word = max(settings.severities, key=lambda word: closeness(word, rule), default="")
    return settings.severities[word] if closeness(word, rule) else otherwise


def strangers(settings: Settings, rules: Sequence[Rule]) -> Iterator[str]:
    """Yield a complaint for each word of the settings that is to name a rule and names none, with the nearest that does."""
    for key, one in settings.written.items():
        if key[-1] in _CHOOSING and isinstance(one.value, list):
            words = one.value
        else:
            words = list(key[-1:] if "severity" in key[-2:-1] else ())
        for word in words:
            if not any(closeness(word, rule) for rule in rules):
                where = f"{one.at.file}:{one.at.line}" if one.at else "command line"
                yield f"{where}: {'.'.join(key)}: no rule {word!r}{nearest(word, rules)}"


def nearest(word: str, rules: Sequence[Rule]) -> str:
    """Return what to say beside a word that names no rule: the nearest that does."""
    from difflib import get_close_matches

    known = [name for rule in rules for name in (rule.id, rule.name)]
    near = [found for spelt in (word.upper(), word.lower()) for found in get_close_matches(spelt, known, n=1, cutoff=0.7)]
    return f"; did you mean {near[0]!r}?" if near else "; `compose-lint rule` lists them"
