"""Every setting: its key, the field that it fills, how it is read, and what it means. The schema and its page come from here."""

from __future__ import annotations

from collections.abc import Mapping

from forkfit.config.readers import COUNT, LEVEL, MEBIBYTES, MODEL, SHARE, SIZE, THRESHOLD, WORDS, Kind
from forkfit.model.record import Record


class Setting(Record):
    """A setting; `field` is that of Settings, `default` is how it would be written, empty where it has none."""

    field: str
    kind: Kind
    about: str
    default: str = ""


class Table(Record):
    """A table of tables, whose keys the user names; each takes these settings."""

    settings: Mapping[str, Setting]
    about: str


_RULES: dict[str, Setting] = {
    "select": Setting("select", WORDS, "rules that speak, by id, name, the beginning of an id, or ALL", '["ALL"]'),
    "ignore": Setting("ignore", WORDS, "rules that do not; the more exact word wins over `select`", "[]"),
    "extend-select": Setting("extend", WORDS, "rules added to those selected", "[]"),
    "extend-ignore": Setting("ignore", WORDS, "rules added to those ignored", "[]"),
}
_FIGURES: dict[str, Setting] = {
    "cpus": Setting("cpus", COUNT, "CPUs of the hosts, for workers that take the host's count"),
    "memory": Setting("memory", SIZE, "the limit to assume where none is declared"),
    "headroom": Setting("headroom", SHARE, "FF104 speaks above this share of the limit", "0.8"),
    "working-set": Setting("working_set", SIZE, "what an ordinary task needs per child", '"5m"'),
    "memory-model": Setting("handbook_decides", MODEL, "`measured`, or `handbook`: nothing is shared", '"measured"'),
}
_STATED: dict[str, Setting] = {
    "per_worker": Setting("per_worker", SIZE, "what one worker process needs, as you measured it: it decides"),
    "parent": Setting("parent", SIZE, "what their parent needs beside them"),
}
# Tables whose keys the user names: rules, services, patterns of files, import names, programs.
SEVERITY, SERVICES, PER_FILE, WEIGHTS, TOOLS = "severity", "services", "per-file", "weights", "tools"

OF_WEIGHT: dict[str, Setting] = {
    "parent": Setting("parent", MEBIBYTES, "MiB that the import adds to a worker's parent, with all that it alone brings along"),
    "child": Setting("child", MEBIBYTES, "MiB of that which each child has for itself after its first tasks"),
    "resident": Setting("resident", MEBIBYTES, "MiB by which a resident size grows, for the handbook formula", "parent"),
}
REQUIRED_OF_WEIGHT = ("parent", "child")
ABOUT_WEIGHTS = "the weight of a library by its import name, in place of the one in the table or beside those"
ABOUT_TOOLS = "what a program that tasks start needs at its peak, with all that it starts itself, by its name"
OF_FILE: dict[str, Setting] = {**_RULES, **_FIGURES}
OF_SERVICE: dict[str, Setting] = {**_RULES, **_FIGURES, **_STATED}
OF_PROJECT: dict[str, Setting] = {
    **_RULES,
    "fail-on": Setting("fail_on", THRESHOLD, "the least severity that fails a run", '"warning"'),
    **_FIGURES,
    "host-memory": Setting("host_memory", SIZE, "the memory of the host that all services of a project share"),
    "exclude": Setting("exclude", WORDS, "paths that are not searched, by patterns as in .gitignore", "[]"),
    "plugins": Setting("plugins", WORDS, "installed plugins to use, by name", "[]"),
}
TABLES: dict[str, Table] = {
    SERVICES: Table(OF_SERVICE, "settings for one service, by its name"),
    PER_FILE: Table(OF_FILE, "settings for the projects loaded from files that fit a pattern, and for findings in such files"),
}


def schema() -> dict[str, object]:
    """Return the JSON schema of a settings table."""

    def closed(settings: Mapping[str, Setting], **more: object) -> dict[str, object]:
        properties = {
            key: {**one.kind.schema, "description": one.about + (f" (default {one.default})" if one.default else "")}
            for key, one in settings.items()
        }
        severities = {
            "type": "object",
            "additionalProperties": LEVEL.schema,
            "description": "severities of rules, by id, name or beginning",
        }
        return {"type": "object", "additionalProperties": False, "properties": {**properties, SEVERITY: severities, **more}}

    tables: dict[str, object] = {
        name: {"type": "object", "additionalProperties": closed(table.settings), "description": table.about}
        for name, table in TABLES.items()
    }
    weight = {key: {**one.kind.schema, "description": one.about} for key, one in OF_WEIGHT.items()}
    tables[WEIGHTS] = {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": weight,
            "required": list(REQUIRED_OF_WEIGHT),
            "additionalProperties": False,
        },
        "description": ABOUT_WEIGHTS,
    }
    named = {"propertyNames": {"pattern": "^[^/]+$"}, "additionalProperties": SIZE.schema}
    tables[TOOLS] = {"type": "object", **named, "description": ABOUT_TOOLS}
    title = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "compose-lint settings"}
    return {**title, **closed(OF_PROJECT, **tables)}
