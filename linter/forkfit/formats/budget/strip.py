"""A bar of a budget drawn as SVG, as wide as the page: what each kind of memory takes, and where the limit is."""

from __future__ import annotations

from forkfit.formats.budget.words import label, widest
from forkfit.formats.escape import xml
from forkfit.model.budget import Bar, Budget, Kind

CLASSES = {Kind.PARENT: "parent", Kind.CHILDREN: "children", Kind.MODELS: "models", Kind.TASKS: "tasks", Kind.TOOLS: "tools"}
# What strips use for the stretch above the limit; a page has it once.
STRIPES = (
    '<svg width="0" height="0" class="hidden" aria-hidden="true"><defs><pattern id="beyond" width="8" height="8" '
    'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="stripe" x1="0" x2="0" y1="0" y2="8"/></pattern></defs></svg>'
)
_THICK, _LOW, _HIGH = 30, 36, 56  # pixels: the bar, and the picture without and with a limit


def strip(bar: Bar, budget: Budget, labelled: bool) -> str:
    """Return a bar with the limit across it, named where `labelled`; what is above the limit is striped."""
    scale, limit = widest(budget).bytes or 1, budget.limit
    parts = [f'<rect class="free" width="100%" height="{_THICK}"/>'] if limit is not None else []
    reached = 0
    for portion in bar.portions:
        title = f"<title>{xml(label(bar, portion))}</title>"
        parts.append(_stretch(CLASSES[portion.kind], reached, portion.amount.bytes, scale, title))
        reached += portion.amount.bytes
    says = f"{bar.case} needs {bar.total}".strip()
    if limit is not None:
        says += f" of {limit}"
        if limit < bar.total:
            parts.append(_stretch("beyond", limit.bytes, bar.total.bytes - limit.bytes, scale))
        at, anchor = _percent(limit.bytes, scale), "end" if limit.bytes * 2 > scale else "start"
        parts.append(f'<line class="limit" x1="{at}" x2="{at}" y1="0" y2="{_THICK + 5}"/>')
        if labelled:
            parts.append(f'<text class="of-limit" x="{at}" y="{_THICK + 20}" text-anchor="{anchor}">limit {limit}</text>')
    height = _HIGH if labelled and limit is not None else _LOW
    return f'<svg height="{height}" role="img" aria-label="{xml(says)}">{"".join(parts)}</svg>'


def _stretch(css_class: str, start: int, length: int, scale: int, inside: str = "") -> str:
    where = f'x="{_percent(start, scale)}" width="{_percent(length, scale)}" height="{_THICK}"'
    return f'<rect class="{css_class}" {where}>{inside}</rect>'


def _percent(amount: int, scale: int) -> str:
    return f"{100 * amount / scale:.2f}%"
