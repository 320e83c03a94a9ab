"""What Airflow's own configuration says of its Celery workers: ``airflow.cfg``, where the container has it."""

from __future__ import annotations

from posixpath import join

from forkfit.files import read_text
from forkfit.model.container import View
from forkfit.model.files import Files
from forkfit.model.source import BrokenSource
from forkfit.model.span import Role, Step
from forkfit.model.text import Piece, Text
from forkfit.model.value import Known, Unknown

# Where the official image keeps it; AIRFLOW_CONFIG names the file, AIRFLOW_HOME its folder (airflow/configuration.py).
_HOME = "/opt/airflow"
_FILE = "airflow.cfg"


def setting(name: str, view: View, files: Files) -> Text | None:
    """Return an option of the section ``[celery]``, None where no such file of the repository holds it; not known where it is broken."""
    home, named = view.environment.get("AIRFLOW_HOME"), view.environment.get("AIRFLOW_CONFIG")
    folder = home.value.plain if isinstance(home, Known) and home.value.plain else _HOME
    path = named.value.plain if isinstance(named, Known) and named.value.plain else join(folder, _FILE)
    found = next((each for each in view.find(path) if files.is_file(each)), None)
    if found is None:
        return None
    from forkfit.syntax.supervisord import parse  # the same language, as far as these options go

    try:
        option = parse(read_text(files, found)).get("celery", name)
    except BrokenSource as broken:
        why = Unknown(f"{found} cannot be read: {broken}", (Step(Role.USED, broken.at),))
        return Text((Piece(name, why.trail, instead=why),))
    return option.value if option is not None and option.value.plain else None
