"""The page of `compose-lint workers` in a real browser: on a desk and on a phone, by day and by night."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

PROJECTS = Path(__file__).parent.parent / "fixtures" / "budget"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
)
DARK, LIGHT = 0, 1  # as Blink counts them
DESK, PHONE = 1280, 390
SECONDS = 120
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")]

# The page has no script, and its policy lets none run. So a page around it, of the same origin, looks into it.
AROUND = """\
<!doctype html><meta charset="utf-8"><body style="margin:0"><iframe id="page" style="border:0;width:{width}px;height:3000px"
srcdoc="{page}"></iframe><pre id="seen"></pre><script>
onload = () => {{
  const root = document.getElementById("page").contentDocument, view = root.defaultView;
  const colours = (list) => [...root.querySelectorAll(list)].map((one) => {{
    let behind = one, ground = "rgba(0, 0, 0, 0)";
    for (; behind && ground === "rgba(0, 0, 0, 0)"; behind = behind.parentElement)
      ground = view.getComputedStyle(behind).backgroundColor;
    const style = view.getComputedStyle(one);
    return [one.textContent.slice(0, 40), one.namespaceURI.endsWith("svg") ? style.fill : style.color, ground];
  }});
  const boxes = (svg) => [...svg.querySelectorAll("text")].map((text) => {{
    const box = text.getBoundingClientRect();
    return [text.textContent, box.left, box.top, box.right, box.bottom];
  }});
  document.getElementById("seen").textContent = JSON.stringify({{
    width: root.documentElement.scrollWidth,
    ground: view.getComputedStyle(root.body).backgroundColor,
    text: colours("h1, h2, h3, p, td, th, dt, dd, li, code, summary, .soft, .place, .verdict, svg text"),
    plots: [...root.querySelectorAll(".curve svg")].map((svg) => {{
      const box = svg.getBoundingClientRect();
      return {{box: [box.left, box.top, box.right, box.bottom], texts: boxes(svg)}};
    }}),
    bars: [...root.querySelectorAll(".bar svg")].map((svg) => svg.getBoundingClientRect().width),
  }});
}};
</script>"""


def opened(page, home, *flags):
    """Open a page with a profile that is new, and return the document as it is in the end."""
    profile = home / "profile"
    shutil.rmtree(profile, ignore_errors=True)
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", *flags, page]
    environ = {**os.environ, "HOME": str(home)}
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS, env=environ).stdout


@pytest.fixture(scope="module")
def _starts(tmp_path_factory):
    """Skip where Chromium is installed and cannot run, as in a container that forbids what it needs."""
    try:
        opened("about:blank", tmp_path_factory.mktemp("blank"), "--dump-dom")
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"Chromium does not start here: {error}")


@pytest.fixture
def browse(tmp_path, _starts):
    """Return a function that opens a page in a colour scheme."""
    return lambda page, scheme, *flags: opened(page.as_uri(), tmp_path, f"--blink-settings=preferredColorScheme={scheme}", *flags)


@pytest.fixture
def page(lint):
    """The page of all projects of the fixtures."""
    return lint("workers", "--root", ".", "--format", "html", folder=PROJECTS).out


@pytest.fixture
def look(page, browse, tmp_path):
    """Return a function that looks at the page, so many pixels wide: its width, its colours, and where its texts are."""

    def seen(width, scheme):
        around = tmp_path / "around.html"
        around.write_text(AROUND.format(width=width, page=html.escape(page)), encoding="utf-8")
        document = browse(around, scheme, "--window-size=1400,3200", "--virtual-time-budget=3000", "--dump-dom")
        return json.loads(html.unescape(re.search(r'<pre id="seen">(.*?)</pre>', document, re.DOTALL)[1]))

    return seen


def luminance(colour):
    """Return how light a colour is, as WCAG 2 reckons."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """Return the contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["by day", "by night"])
@pytest.mark.parametrize("width", [DESK, PHONE], ids=["on a desk", "on a phone"])
def test_a_page_can_be_read(width, scheme, look):
    seen = look(width, scheme)
    assert seen["width"] <= width  # nothing has to be pushed sideways
    assert (luminance(seen["ground"]) > 0.5) is (scheme == LIGHT)
    assert len(seen["text"]) > 300
    assert [text for text, colour, ground in seen["text"] if contrast(colour, ground) < 4.5] == []
    assert len(seen["bars"]) >= len(list(PROJECTS.glob("*/compose.yaml")))
    assert min(seen["bars"]) > 0.75 * min(width, 1000)
    assert len(seen["plots"]) >= len(list(PROJECTS.glob("*/compose.yaml")))
    for plot in seen["plots"]:
        left, top, right, bottom = plot["box"]
        for text, *box in plot["texts"]:
            assert left - 1 <= box[0] < box[2] <= right + 1, text
            assert top - 1 <= box[1] < box[3] <= bottom + 1, text
            assert box[3] - box[1] >= 11, text
        for index, (text, *one) in enumerate(plot["texts"]):
            for other_text, *other in plot["texts"][index + 1 :]:
                apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] + 3 or other[3] <= one[1] + 3
                assert apart, (text, other_text)


def test_a_screenshot_can_be_taken_of_a_page_alone(page, browse, tmp_path):
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    shots = {}
    for name, width, scheme in (("desk", DESK, LIGHT), ("night", DESK, DARK), ("narrow", 500, LIGHT)):
        shot = tmp_path / f"{name}.png"
        browse(tmp_path / "page.html", scheme, f"--window-size={width},1600", f"--screenshot={shot}")
        shots[name] = shot.read_bytes()
        assert struct.unpack(">4x4sII", shots[name][8:24]) == (b"IHDR", width, 1600)
        assert len(shots[name]) > 20_000  # an empty page has some five thousand
    assert len(set(shots.values())) == 3
