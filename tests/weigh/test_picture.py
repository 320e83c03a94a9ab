"""Bars and curves against the estimates that they picture, over every little project there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from forkfit.command_line import parse
from forkfit.judging.verdict import decides_alone
from forkfit.lint import linted, prepared
from forkfit.model.value import ByCpus, Known, alternatives
from forkfit.weigh.picture import HOSTS, bars, curve

FIXTURES = Path(__file__).parents[2] / "fixtures"
FIGURES = ("at_start", "warm", "busy", "handbook")


@pytest.fixture(scope="module")
def containers():
    """Return every container of the fixtures, with whether the handbook formula decides."""
    found = []
    folders = {path.parent for path in FIXTURES.rglob("*compose*.y*ml") if path.parts[len(FIXTURES.parts)] not in ("compose", "oracle")}
    for folder in sorted(folders):
        report = linted(prepared(parse(["--root", str(folder), str(folder)], None), {}, {}), "2026-11-25", pytest.fail)
        found += [(c, decides_alone(c.estimate, s.settings.of(c.service))) for s in report.stacks for c in s.containers]
    assert len(found) > 150
    return found


def test_a_bar_is_as_long_as_what_is_needed_at_the_most(containers):
    drawn = 0
    for container, by_handbook in containers:
        figure = container.estimate.handbook if by_handbook else container.estimate.busy
        singles = alternatives(figure)
        for bar, cpus in zip(bars(container, by_handbook), HOSTS, strict=False):
            assert all(isinstance(single, (Known, ByCpus)) for single in singles)
            assert bar.total.bytes == max(s.value.bytes if isinstance(s, Known) else s.at(cpus) for s in singles)
            drawn += 1
    assert drawn > 150


def test_a_bar_is_missing_only_where_the_need_is_not_known(containers):
    for container, by_handbook in containers:
        figure = container.estimate.handbook if by_handbook else container.estimate.busy
        known = all(isinstance(single, (Known, ByCpus)) for single in alternatives(figure))
        assert known == bool(bars(container, by_handbook))


def test_a_curve_passes_through_every_figure_and_meets_the_limit_at_the_counts_that_fit(containers):
    met = 0
    for container, by_handbook in containers:
        for index, estimate in enumerate(container.worker_estimates or (container.estimate,)):
            drawn = curve(estimate, index, by_handbook)
            if drawn is None:
                continue
            fit = dict(zip(FIGURES, (estimate.fits_at_start, estimate.fits_warm, None, estimate.handbook_concurrency), strict=True))
            fit["handbook" if by_handbook else "busy"] = estimate.safe_concurrency
            for course, name in zip(drawn.courses, FIGURES, strict=True):
                needs = dict(zip(drawn.counts, course.needs, strict=True))
                figure = getattr(estimate, name)
                count = drawn.starts if name == "at_start" else drawn.now
                if isinstance(figure, Known) and count in needs:
                    assert needs[count] == figure.value
                limits = [s.value for s in alternatives(container.memory_limit) if isinstance(s, Known)]
                fits = fit[name]
                if limits and fits is not None and course.needs[0] < course.needs[-1]:
                    limit = min(limit.bytes for limit in limits)
                    assert fits not in needs or fits == 0 or needs[fits].bytes <= limit
                    assert fits + 1 not in needs or needs[fits + 1].bytes > limit
                    met += fits in needs
    assert met > 150
