"""What a RUN does to the files of an image: scripts that it writes, edits that it makes, packages that it installs."""

from __future__ import annotations

import pytest

from forkfit.launch.image.ground import text_at
from forkfit.model.span import Role
from forkfit.model.value import Absent, Known, Unknown

SCRIPT = "#!/bin/sh\nset -e\nexec celery -A shop worker --concurrency=10 -n one\n"


def read(image, make, path, files=()):
    found = text_at(image.layers, path, make.files(**dict(files)))
    return found.value.text if isinstance(found, Known) else type(found)


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("COPY <<EOF /start\n#!/bin/sh\nexec celery worker\nEOF", "#!/bin/sh\nexec celery worker\n"),
        ('ENV N=4\nCOPY <<EOF /start\nexec celery -c ${N} "$@" \\$HOME\nEOF', 'exec celery -c 4 "" $HOME\n'),
        ('ENV N=4\nCOPY <<"EOF" /start\nexec celery -c ${N} "$@"\nEOF', 'exec celery -c ${N} "$@"\n'),
        ("COPY <<-start /\n\texec celery\n\tstart", "exec celery\n"),
        ("RUN cat <<EOF > /start\nexec celery\nEOF", "exec celery\n"),
        ("RUN cat > /start <<'EOF'\nexec celery $N\nEOF", "exec celery $N\n"),
        ("RUN cat <<EOF | tee /start\nexec celery\nEOF", "exec celery\n"),
        ("RUN tee /start <<EOF\nexec celery\nEOF", "exec celery\n"),
        ("RUN <<EOF\ncat > /start <<END\nexec celery\nEND\nchmod +x /start\nEOF", "exec celery\n"),
        ("RUN echo 'exec celery' > /start", "exec celery\n"),
        ("RUN echo '#!/bin/sh\\n\\\nexec celery \"$@\"\\n' > /start && chmod +x /start", '#!/bin/sh\nexec celery "$@"\n\n'),
        ("RUN echo -e '#!/bin/sh\\nexec celery' > /start", "#!/bin/sh\nexec celery\n"),
        ("RUN echo -n exec celery>/start", "exec celery"),
        ("RUN printf '#!/bin/sh\\nexec celery\\n' > /start", "#!/bin/sh\nexec celery\n"),
        ("RUN printf '%s\\n' '#!/bin/sh' 'exec celery' > /start", "#!/bin/sh\nexec celery\n"),
        ("RUN printf '100%%' > /start", "100%"),
        ("RUN echo '#!/bin/sh' > /start && echo 'exec celery' >> /start", "#!/bin/sh\nexec celery\n"),
        ("RUN echo '#!/bin/sh' > /start\nRUN echo 'exec celery' >> /start", "#!/bin/sh\nexec celery\n"),
        ("RUN { echo '#!/bin/sh'; echo 'exec celery'; } > /start", "#!/bin/sh\nexec celery\n"),
        ("RUN (echo '#!/bin/sh'; echo 'exec celery') > /start", "#!/bin/sh\nexec celery\n"),
        ('ARG N=4\nRUN echo "exec celery -c $N" > /start', "exec celery -c 4\n"),
        ("WORKDIR /x\nRUN echo a > ../start", "a\n"),
        ("RUN cd / && echo a > start", "a\n"),
        ("RUN echo $(date) > /start", Unknown),
        ("RUN N=$(nproc) && echo $N > /start", Unknown),
        ("RUN curl https://example.org > /start", Unknown),
        ("RUN envsubst < /template > /start", Unknown),
        ("RUN printf '%d' 4 > /start", Unknown),
        ("RUN { echo a; date; } > /start", Unknown),
        ("RUN if true; then echo a > /start; fi", Unknown),
        ("RUN test -f /x && echo a > /start", Unknown),
        ("RUN test -f /x || echo a > /start", Unknown),
        ("RUN cat /other > /start", Unknown),
        ("RUN printf $(date) > /start", Unknown),
        ("RUN $(tool) > /start", Unknown),
        ("RUN } > /start", ""),
        ("RUN > /start", ""),
        ("RUN echo $'a\\tb' > /start", "a\tb\n"),
        ('ENV W="a b"\nRUN echo $W > /start', "a b\n"),
        ("RUN <<EOF\n# a comment\necho a > /start\nEOF", "a\n"),
        ("RUN <<EOF\ncat > /start <<END\nnever ends\nEOF", "never ends\n"),
        ("RUN env A=1 echo a > /start", "a\n"),
        ("RUN case x in a) echo a > /x;; esac && echo b > /start", "b\n"),
        ("RUN for i in 1 2; do echo $i; done; echo a > /start", "a\n"),
        ("RUN echo a >> /start", Absent),
        ("RUN echo a > /dev/null", Absent),
        ("RUN echo a 2> /start", Absent),
        ("RUN echo 'a > /start'", Absent),
        ("COPY other /other\nRUN echo a > /a && curl x > /b && sed -i s/a/b/ /c", Absent),
    ],
)
def test_a_script_that_the_dockerfile_writes_is_read(image, make, run, expected):
    assert read(image(f"FROM x\n{run}"), make, "/start") == expected


@pytest.mark.parametrize(
    ("run", "line"),
    [
        ("RUN cat <<EOF > /start\n#!/bin/sh\nexec celery\nEOF", 4),
        ("RUN echo '#!/bin/sh\\n\\\nexec celery' > /start", 3),
        ("RUN echo '#!/bin/sh' > /start && \\\n  echo 'exec celery' >> /start", 3),
        ("RUN printf '#!/bin/sh\\nexec celery' > /start", 2),
    ],
)
def test_its_lines_are_those_of_the_dockerfile(image, make, run, line):
    source = text_at(image(f"FROM x\n{run}").layers, "/start", make.files()).value
    start = source.text.index("exec")
    span = source.span(start, start + 4)
    assert (span.file, span.line) == ("Dockerfile", line)


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("sed -i s/concurrency=10/concurrency=3/ /start", "--concurrency=3 -n"),
        ('sed -i "s/concurrency=10/concurrency=3/g" /start', "--concurrency=3 -n"),
        ("cd / && sed -i.bak -e 's/=10/=3/' start", "--concurrency=3 -n"),
        ("sed -i 's/concurrency=[0-9]*/concurrency=3/' /start", "--concurrency=3 -n"),
        (r"sed -i 's/concurrency=[0-9]\+/concurrency=3/' /start", "--concurrency=3 -n"),
        ("sed -i -E 's/(concurrency)=[0-9]+/\\1=3/' /start", "--concurrency=3 -n"),
        ("sed -ri 's|concurrency=1?0?|concurrency=3|' /start", "--concurrency=3 -n"),
        ("sed --in-place --expression='s#=10#=3#' /start", "--concurrency=3 -n"),
        ("sed -i 's/10/3/; s/=3/=4/' /start", "--concurrency=4 -n"),
        ("sed -i '3s/10/3/' /start", "--concurrency=3 -n"),
        ("sed -i '2s/10/3/' /start", "--concurrency=10 -n"),
        ("sed -i 's/CONCURRENCY=10/concurrency=3/I' /start", "--concurrency=3 -n"),
        ("sed -i 's/concurrency=10/& -O fair/' /start", "--concurrency=10 -O fair -n"),
        ("sed -i 's/n/N/2' /start", "--concurreNcy=10 -n"),
        ("sed -i 's/concurrency=10$/concurrency=3/' /start", "--concurrency=10 -n"),
        ("sed -i 's/^exec celery/celery/' /start", "--concurrency=10 -n"),
        ("sed -i s/concurrency=10/concurrency=3/ /*", "--concurrency=3 -n"),
        ("set -x && chmod +x /start && sed -i s/=10/=3/ /start", "--concurrency=3 -n"),
        ("sed s/=10/=3/ /start", "--concurrency=10 -n"),
        ("sed -i s/=10/=3/ /**/*/start $(find)", "--concurrency=10 -n"),
        ("cd; sed -i s/=10/=3/ /start", "--concurrency=3 -n"),
        ("dos2unix -q /start $(find)", "--concurrency=10 -n"),
        ("tee -a /other $(find) < /start", "--concurrency=10 -n"),
        ("cp -p -v /start /start", "--concurrency=10 -n"),
        ("mkdir -p $(dirname /start) ''", "--concurrency=10 -n"),
        ("sed -i s/=10/=3/ /other", "--concurrency=10 -n"),
        ("sed -i s/=20/=3/ /start", "--concurrency=10 -n"),
        ("sudo sed -i s/=10/=3/ /start", "--concurrency=3 -n"),
        ("dos2unix /start", "--concurrency=10 -n"),
        (r"sed -i 's/concurrency=1\{1,2\}0/concurrency=3/' /start", "--concurrency=3 -n"),
        (r"sed -i -E 's/concurrency=[0-9]{2}/concurrency=3/' /start", "--concurrency=3 -n"),
        (r"sed -i 's/concurrency\W10/concurrency=3/' /start", "--concurrency=3 -n"),
        (r"sed -i 's|concurrency\|x|concurrency=3|' /start", "--concurrency=10 -n"),
        (r"sed -i 's/--concurrency=10/--concurrency=10\t--pool=solo/' /start", "--concurrency=10\t--pool=solo -n"),
        (r"sed -i 's,concurrency=10\,x,a,' /start", "--concurrency=10 -n"),
        (r"sed -i 's/concurrency=10/a\/b/' /start", "--a/b -n"),
        ("sed -i 's/*concurrency/x/' /start", "--concurrency=10 -n"),
        ("sed -i 's/[^c]oncurrency/x/; s/[]=]10/=3/' /start", "--concurrency=3 -n"),
        ("sed -i -e 's/10/3/' -Ee 's/(=)3/\\14/' /start", "--concurrency=4 -n"),
        ("sed -i --line-length 3 s/=10/=3/ /start", "--concurrency=3 -n"),
        ("sed --posix -i s/=10/=3/ /start", "--concurrency=3 -n"),
        ("cd /etc; cd -- /; sed -i s/=10/=3/ start", "--concurrency=3 -n"),
        ("sed -i # a comment", "--concurrency=10 -n"),
        ("}", "--concurrency=10 -n"),
    ],
)
def test_sed_is_done(image, make, run, expected):
    made = image(f"FROM x\nCOPY start /start\nRUN {run}", {"start": SCRIPT})
    assert f" {expected} one\n" in read(made, make, "/start", {"start": SCRIPT})


@pytest.mark.parametrize(
    "run",
    [
        "sed -i '/celery/d' /start",
        "sed -i -f /script /start",
        "sed -i -n 's/10/3/p' /start",
        "sed -i 's/10/3/w file' /start",
        'sed -i "s/10/$(nproc)/" /start',
        'sed -i "s/$(nproc)/3/" /start',
        "sed -i 's/\\(a*\\)*10/3/' /start",
        "sed -i 's/a*b*c*d*10/3/' /start",
        "sed -i 's/[[:digit:]]/3/' /start",
        "sed -i 's/10/3' /start",
        "sed -i 's/(/3/g' -E /start",
        "sed -i 's/10/\\2/' /start",
        "sed -i 's/\\1/3/' /start",
        "sed -i 's/10\\{x\\}/3/' /start",
        "sed -i 's//3/' /start",
        "sed -i 's/10\\\\/3/; s/10\\' /start",
        "sed -i --unknown s/10/3/ /start",
        "sed -i 's/[10/3/' /start",
        "sed -i -E 's/1{2,1}/3/' /start",
        "if true; then sed -i s/10/3/ /start; fi",
        "grep -q 10 /start && sed -i s/10/3/ /start",
        "echo more >> /start",
    ],
)
def test_an_edit_that_is_not_followed_is_an_assumption(image, make, run):
    found = text_at(image(f"FROM x\nCOPY start /start\nRUN {run}", {"start": SCRIPT}).layers, "/start", make.files(start=SCRIPT))
    assert (found.value.text, [step.role for step in found.trail]) == (SCRIPT, [Role.USED, Role.ASSUMED])


def test_an_open_replacement_matters_only_where_it_matches(image, make):
    made = image('FROM x\nCOPY start /start\nRUN sed -i "s/BUILD/$(date)/" /start', {"start": SCRIPT})
    assert [step.role for step in text_at(made.layers, "/start", make.files(start=SCRIPT)).trail] == [Role.USED]


def test_each_edit_sees_what_the_one_before_it_left(image, make):
    dockerfile = """\
FROM x AS base
COPY start /start
RUN sed -i s/concurrency=10/concurrency=3/ /start
FROM base
RUN sed -i s/concurrency=10/concurrency=6/ /start
RUN sed -i "s/-n one/-n two/" /start
"""
    found = text_at(image(dockerfile, {"start": SCRIPT}).layers, "/start", make.files(start=SCRIPT))
    assert "--concurrency=3 -n two" in found.value.text
    assert [str(step.at) for step in found.trail] == ["Dockerfile:2:1", "Dockerfile:3:1", "Dockerfile:6:1"]


def test_a_later_copy_undoes_an_edit(image, make):
    made = image("FROM x\nCOPY start /start\nRUN sed -i s/=10/=3/ /start\nCOPY start /start", {"start": SCRIPT})
    assert read(made, make, "/start", {"start": SCRIPT}) == SCRIPT


def test_an_edit_comes_along_to_another_stage(image, make):
    made = image("FROM x AS a\nCOPY start /b/\nRUN sed -i s/=10/=3/ /b/start\nFROM x\nCOPY --from=a /b /c", {"start": SCRIPT})
    assert "=3" in read(made, make, "/c/start", {"start": SCRIPT})


def test_an_edit_keeps_the_numbers_of_lines(image, make):
    made = image("FROM x\nCOPY start /start\nRUN sed -i s/set.*/a_much_longer_line/ /start", {"start": SCRIPT})
    source = text_at(made.layers, "/start", make.files(start=SCRIPT)).value
    start = source.text.index("exec")
    assert (source.path, source.span(start, start + 4).line, source.line(2)) == ("start", 3, "a_much_longer_line")


def test_a_script_that_cannot_be_read_is_unknown(image, make):
    made = image("FROM x\nCOPY start /start", {"start": "x"})
    assert isinstance(text_at(made.layers, "/start", make.files(start="\0")), Unknown)


FILES = dict.fromkeys(
    [
        "requirements.txt",
        "requirements/base.txt",
        "pyproject.toml",
        "uv.lock",
        "poetry.lock",
        "Pipfile",
        "Pipfile.lock",
        "setup.py",
        "x.yml",
    ],
    "",
)


@pytest.mark.parametrize(
    ("steps", "program", "files"),
    [
        ("COPY requirements.txt .\nRUN pip install -r requirements.txt", "pip", ("requirements.txt",)),
        ("COPY requirements.txt /tmp/r.txt\nRUN pip3 install --no-cache-dir -r /tmp/r.txt", "pip", ("requirements.txt",)),
        ("COPY . /app\nRUN cd /app && python -m pip install -rrequirements/base.txt", "pip", ("requirements/base.txt",)),
        ("COPY . .\nRUN pip install --requirement=requirements.txt", "pip", ("requirements.txt",)),
        ("COPY . .\nRUN uv pip install --system -r requirements.txt", "pip", ("requirements.txt",)),
        ("COPY . .\nRUN pip install .[prod]", "pip", ("pyproject.toml", "setup.py")),
        ("COPY . .\nRUN pip install -e .", "pip", ("pyproject.toml", "setup.py")),
        ("COPY . .\nRUN pip install --group main", "pip", ("pyproject.toml",)),
        ("COPY . .\nRUN pip install celery==5.3", "pip", ()),
        ("WORKDIR /app\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --frozen", "uv", ("pyproject.toml", "uv.lock")),
        ("COPY . /app\nRUN uv sync --project /app", "uv", ("pyproject.toml", "uv.lock")),
        ("COPY . .\nRUN --mount=type=cache,target=/c poetry install", "poetry", ("pyproject.toml", "poetry.lock")),
        ("COPY . .\nRUN pipenv sync --system", "pipenv", ("Pipfile", "Pipfile.lock")),
        ("COPY . .\nRUN python setup.py install", "setup.py", ("pyproject.toml", "setup.py")),
        ("COPY . .\nRUN conda env update --file x.yml", "conda", ("x.yml",)),
        ("RUN --mount=type=bind,source=requirements.txt,target=/r.txt pip install -r /r.txt", "pip", ("requirements.txt",)),
        ("COPY . .\nRUN PIP_NO_INPUT=1 pip install -r requirements.txt || true", "pip", ("requirements.txt",)),
        ('COPY . .\nRUN ["pip", "install", "-r", "requirements.txt"]', "pip", ("requirements.txt",)),
        ("RUN pip install -r missing.txt", "pip", ()),
        ("COPY . .\nRUN pip install -r requirements", "pip", ()),
        ("COPY . .\nRUN pip install -r $(find)", "pip", ()),
        ("COPY . .\nRUN pip install -r", "pip", ()),
        ("COPY . .\nRUN uv sync --directory $(pwd)", "uv", ()),
        ("COPY requirements pyproject.toml\nCOPY uv.lock .\nRUN uv sync", "uv", ("uv.lock",)),
    ],
)
def test_an_installation_names_the_files_that_it_reads(image, steps, program, files):
    (install,) = image(f"FROM x\n{steps}", FILES).installs
    assert (install.program, install.files) == (program, files)


@pytest.mark.parametrize(
    "run", ["pip list", "apt-get install python3-celery", "echo pip install x", "poetry config x y", "uv venv", "python manage.py x"]
)
def test_other_commands_install_no_packages(image, run):
    assert image(f"FROM x\nRUN {run}").installs == ()


def test_an_installation_knows_its_place(image):
    (install,) = image("FROM x\nRUN true && \\\n  pip install celery").installs
    assert (str(install.at), install.folder) == ("Dockerfile:3:3", "/")


def test_installations_come_along_with_what_is_copied(image):
    made = image("FROM x AS a\nRUN pip install celery\nFROM x\nCOPY --from=a /venv /venv")
    assert [install.program for install in made.installs] == ["pip"]


def test_what_a_mount_shows_is_gone_afterwards(image):
    assert image("FROM x\nRUN --mount=type=bind,source=requirements.txt,target=/r.txt true", FILES).layers == ()


def test_a_text_of_more_than_64_kib_is_not_taken_apart(image):
    assert image("FROM x\nRUN true " + "a" * 70_000 + " && echo a > /start").layers == ()


def test_a_file_too_long_for_an_expression_is_an_assumption(image, make):
    long = "a" * 20_000
    made = image("FROM x\nCOPY start /start\nRUN sed -i 's/a*a*b/x/' /start", {"start": long})
    found = text_at(made.layers, "/start", make.files(start=long))
    assert (found.value.text, found.trail[-1].role) == (long, Role.ASSUMED)
