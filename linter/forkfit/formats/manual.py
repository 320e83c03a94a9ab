"""The manual page of a rule, as a rule file's docstring holds it, for readers of other formats."""

from __future__ import annotations


def summary(page: str) -> str:
    """Return the first sentence of a page: the fault."""
    return " ".join(page.strip().partition("\n\n")[0].split())


def section(page: str, heading: str) -> str:
    """Return the first paragraph under a heading, empty where there is no such heading."""
    _, found, rest = f"\n{page}".partition(f"\n{heading}\n{'-' * len(heading)}\n")
    return " ".join(rest.strip().partition("\n\n")[0].replace("``", "").split()) if found else ""


def markdown(page: str) -> str:
    """Turn a page into Markdown: underlined headings, and code behind ``::``."""
    lines = page.strip().splitlines()
    written: list[str] = []
    in_code = False
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if line and set(line) == {"-"}:
            continue
        if in_code and line and not line.startswith("    "):
            while written[-1] == "":
                written.pop()
            written += ["```", ""]
            in_code = False
        if following and set(following) == {"-"} and len(following) == len(line):
            written.append(f"## {line}")
        elif line.endswith("::"):
            code = "".join(lines[index + 1 : index + 3]).lstrip()
            fence = "```python" if code.startswith(("import ", "from ")) else "```yaml"
            written += [line[:-1].replace("``", "`"), "", fence] if line != "::" else [fence]
            in_code = True
        elif in_code:
            if line or not written[-1].startswith("```"):
                written.append(line[4:])
        else:
            written.append(line.replace("``", "`"))
    return "\n".join([*written, *(["```"] if in_code else [])]).rstrip() + "\n"
