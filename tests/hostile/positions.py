"""Every place of a project in which the value of a variable may be used, and most of them refuse a word."""

from __future__ import annotations

IMAGE = "services:\n  worker:\n    image: x\n    command: celery -A proj worker -c 4\n    mem_limit: 1g\n"
BUILT = "services:\n  worker:\n    build: .\n    command: {command}\n    mem_limit: 512m\n    env_file: app.env\n"
DOCKERFILE = "FROM python:3.12\nWORKDIR /app\nCOPY . .\n"
APP = 'import os\nfrom celery import Celery\n\napp = Celery("proj")\n'


def key(*written: str) -> dict[str, str]:
    """Return a project with these keys on its service, in place of its own."""
    names = {one.partition(":")[0] for one in written}
    kept = [line for line in IMAGE.splitlines() if line.strip().partition(":")[0] not in names]
    return {"compose.yaml": "\n".join([*kept, *(f"    {one}" for one in written), ""])}


def of_shell(*written: str, **files: str) -> dict[str, str]:
    """Return a project whose container's shell uses the variable."""
    return {**key(*written, "command: sh -c 'celery -A proj worker -c $$S'"), **files}


def started(command: str, **files: str) -> dict[str, str]:
    """Return a project whose image is built here, with the variables in its env file too."""
    return {"compose.yaml": BUILT.format(command=command), "Dockerfile": DOCKERFILE, "proj.py": APP, **files}


def run_by(script: str) -> dict[str, str]:
    """Return a project that starts with a shell script."""
    return started("/app/start.sh", **{"start.sh": f"#!/bin/bash\n{script}\n"})


def set_in_python(text: str) -> dict[str, str]:
    """Return a project whose settings are Python."""
    return started("celery -A proj worker", **{"proj.py": f"{APP}{text}\n"})


def image_of(text: str) -> dict[str, str]:
    """Return a project with a Dockerfile that is given the variable."""
    built = "services:\n  worker:\n    build: {context: ., args: {S: $S}}\n    mem_limit: 512m\n    env_file: app.env\n"
    return {"compose.yaml": built, "Dockerfile": f"FROM python:3.12\nARG S\nWORKDIR /app\nCOPY . .\n{text}\n", "proj.py": APP}


KEYS = (
    *("mem_limit: $S", "memswap_limit: $S", "mem_reservation: $S", "shm_size: $S", "cpus: $S", "cpuset: $S", "scale: $S", "pids_limit: $S"),
    *(
        "deploy: {replicas: $S}",
        "deploy: {resources: {limits: {memory: $S, cpus: $S}}}",
        "deploy: {resources: {reservations: {memory: $S}}}",
    ),
    *("deploy: {mode: $S}", "deploy: $S", "ports: [$S]", "ports: ['$S:80']", "ports: [{target: $S}]", "expose: [$S]", "volumes: [$S]"),
    *(
        "volumes: ['a:b:c:$S']",
        "volumes: [{type: $S, target: /x}]",
        "tmpfs: [$S]",
        "tmpfs: ['/x:size=$S']",
        "env_file: $S",
        "env_file: [{path: $S}]",
    ),
    *("env_file: [{path: a.env, format: $S}]", "env_file: a.env", "label_file: $S", "labels: [$S]", "extends: {service: $S}"),
    *("extends: {file: $S, service: a}", "build: $S", "build: {context: $S}", "build: {dockerfile: $S}", "build: {context: ., target: $S}"),
    *("build: {context: ., args: [$S]}", "build: {context: ., additional_contexts: {a: $S}}", "profiles: [$S]", "container_name: $S"),
    *("restart: $S", "depends_on: [$S]", "depends_on: {$S: {condition: $S}}", "networks: [$S]", "secrets: [$S]", "configs: [$S]"),
    *("healthcheck: {test: $S, interval: $S}", "healthcheck: {test: [CMD, celery, -A, $S, inspect, ping], retries: $S}", "healthcheck: $S"),
    *(
        "environment: $S",
        "environment: [$S]",
        "environment: {A: [$S]}",
        "environment: {$S: 1}",
        "working_dir: $S",
        "user: $S",
        "entrypoint: $S",
    ),
    *(
        "stop_grace_period: $S",
        "ulimits: {nofile: $S}",
        "logging: {driver: $S}",
        "x-compose-lint: {per_worker: $S}",
        "x-compose-lint: {$S: 1}",
    ),
    *(
        "x-compose-lint: {ignore: [$S], reason: $S}",
        "platform: $S",
        "pull_policy: $S",
        "extra_hosts: [$S]",
        "sysctls: [$S]",
        "devices: [$S]",
    ),
    *(
        "privileged: $S",
        "init: $S",
        "ipc: $S",
        "$S: 1",
        "mem_swappiness: $S",
        "blkio_config: $S",
        "gpus: $S",
        "command: $S",
        "command: [celery, $S]",
    ),
    *("mem_limit: ${S:?$S}", "mem_limit: ${S", "mem_limit: ${S:}", "mem_limit: ${U:?no $S}", "mem_limit: ${U:-$S}", "mem_limit: ${S:+$S}"),
    *("mem_limit: ${S-${S}}m", "mem_limit: !!float $S", "mem_limit: [$S]", "command: 'celery \"$S'", "annotations: {a: [$S]}"),
)
COMMANDS = (
    *("celery -A $S worker", "celery -A proj worker -c $S", "celery -A proj worker -c=$S", "celery -A proj worker --concurrency=$S"),
    *(
        "celery -A proj worker --pool $S",
        "celery -A proj worker -P $S",
        "celery -A proj worker --autoscale $S",
        "celery -A proj worker -Q $S -c 4",
    ),
    *("celery -A proj worker --max-memory-per-child $S", "celery -A proj worker --max-tasks-per-child $S", "celery -A proj $S worker"),
    *(
        "celery -A proj worker $S",
        "celery -A proj worker --$S",
        "celery -A proj worker -b redis://:$S@h/0 -c x",
        "celery -A proj worker -n $S@%h -c 4",
    ),
    *("celery -A proj worker worker.concurrency=$S", "celery multi start $S -A proj -c $S", "celery multi start 2 -A proj -c:$S 3", "$S"),
    *("sh -c 'celery -A proj worker -c $S; $S'", "sh -c 'cd $S && exec celery -A proj worker -c 4'", "/app/$S.sh", "sh $S", "python $S"),
    *(
        "python -m $S",
        "supervisord -c $S",
        "honcho -f $S start",
        "gosu $S celery -A proj worker -c 4",
        "nice -n $S celery -A proj worker -c x",
    ),
    *(
        "poetry run $S",
        "watchmedo auto-restart -- celery -A $S worker",
        "airflow celery worker --concurrency $S",
        "celery -A proj worker -c 4 > $S",
    ),
    *("celery -A proj worker --loglevel=$S -c 4", "celery --config=$S worker", "celery -A proj worker -c 4 --start-method $S", "make $S"),
)
SCRIPTS = (
    *(
        "exec celery -A proj worker -c $S",
        "exec celery -A proj worker -c ${S:0:10}",
        "exec celery -A proj worker -c ${S^^}",
        'exec celery -A "${S,,}" worker',
    ),
    *(
        "exec celery -A proj worker -c $((S + 1))",
        "exec celery -A proj worker -c $((${S} *))",
        "celery -A proj worker -c ${S#?}",
        ". $S\ncelery -A proj worker",
    ),
    *(
        "exec $S",
        "case $S in a) celery -A proj worker -c 2;; *) celery -A proj worker -c $S;; esac",
        "if [ $S -gt 3 ]; then celery -A proj worker -c $S; fi",
    ),
    *(
        "for n in $S; do celery -A proj worker -n $n -c 2 & done; wait",
        "eval celery -A proj worker -c $S",
        'eval "$S',
        "celery -A proj worker -c $(echo $S)",
    ),
    *(
        "cd $S; celery -A proj worker -c 2",
        'set -- -c $S; celery -A proj worker "$@"',
        "printf -v N %.12s $S; celery -A proj worker -c $N",
        "celery multi start $S",
    ),
    *(
        "celery -A proj worker -c ${S:?$S}",
        "celery -A proj worker -c ${!S}",
        "export CELERY_WORKER_CONCURRENCY=$S; celery -A proj worker",
        "python $S.py",
    ),
    *(
        'su -c "celery -A proj worker -c $S" $S',
        "cat > x.sh <<E\ncelery -A proj worker -c $S\nE\nsh x.sh",
        "celery -A proj worker -c $S --pool=$S -O$S -$S",
    ),
)
PYTHON = (
    *(
        'app.conf.worker_concurrency = os.environ["S"]',
        'app.conf.worker_concurrency = int(os.environ["S"])',
        'app.conf.worker_pool = os.getenv("S")',
    ),
    *(
        'app.conf.worker_concurrency = os.environ["S"][:12]',
        'app.conf.worker_autoscaler = os.environ["S"]',
        'app.config_from_object(os.environ["S"])',
    ),
    *('app.conf.worker_max_memory_per_child = os.environ["S"]', 'app.conf.worker_max_tasks_per_child = os.environ["S"].lower()'),
    *(
        'app.conf.include = [os.environ["S"]]',
        '__import__(os.environ["S"])',
        'import importlib\nimportlib.import_module(os.environ["S"] + ".x")',
    ),
    *('from dotenv import load_dotenv\nload_dotenv(os.environ["S"])', 'app.conf.update(**{os.environ["S"]: 1})', 'open(os.environ["S"])'),
    *(
        'app.conf.worker_concurrency = {"a": 1}[os.environ["S"]]',
        'raise ValueError(os.environ["S"])',
        "app.conf.worker_pool = f\"{os.environ['S']}-x\"",
    ),
    *(
        'from dotenv import dotenv_values\napp.conf.worker_concurrency = dotenv_values(".env")["S"]',
        'app.conf.task_routes = {os.environ["S"]: {"queue": os.environ["S"]}}',
    ),
    *('from decouple import config\napp.conf.worker_concurrency = config("S", cast=int)', 'app.conf.worker_concurrency = -os.environ["S"]'),
    *(
        'from transformers import AutoModel\nmodel = AutoModel.from_pretrained(os.environ["S"])',
        'import environ\nenv = environ.Env()\napp.conf.worker_concurrency = env.int("S")',
    ),
    *('from faster_whisper import WhisperModel\n@app.task\ndef t():\n    WhisperModel(os.environ["S"], compute_type=os.environ["S"])',),
)
IMAGES = (
    *(
        "CMD celery -A proj worker -c $S",
        "ENV CELERY_WORKER_CONCURRENCY=$S\nCMD celery -A proj worker",
        'ENTRYPOINT ["celery", "-A"]\nCMD ["proj", "worker"]\nWORKDIR $S',
    ),
    *(
        "COPY $S /app/start.sh\nCMD /app/start.sh",
        "FROM $S\nCMD celery -A proj worker",
        "FROM python:$S AS b\nCOPY --from=$S x y\nCMD celery -A proj worker",
    ),
    *(
        "RUN pip install celery==$S\nCMD celery -A proj worker",
        "RUN pip install -r $S\nCMD celery -A proj worker -c x",
        "RUN echo celery -A proj worker -c $S > /app/r.sh\nCMD sh /app/r.sh",
    ),
    *(
        'USER $S\nSHELL ["$S"]\nCMD celery -A proj worker -c 4',
        "ADD $S .\nHEALTHCHECK CMD celery -A $S inspect ping\nCMD celery -A proj worker",
        "$S x\nCMD celery -A proj worker",
    ),
    *("ARG T=${S:?$S}\nCMD celery -A proj worker -c ${T", "RUN sed -i s/4/$S/ start.sh\nCMD celery -A proj worker -c $S"),
)
WHOLE = {
    "the name of the project": {"compose.yaml": f"name: $S\n{IMAGE}"},
    "the name of the project in .env": {"compose.yaml": IMAGE, ".env": "COMPOSE_PROJECT_NAME=§\n"},
    "an included file": {"compose.yaml": f"include: [$S]\n{IMAGE}"},
    "the folder and env file of an include": {
        "compose.yaml": f"include: [{{path: b.yaml, project_directory: $S, env_file: $S}}]\n{IMAGE}",
        "b.yaml": IMAGE,
    },
    "COMPOSE_FILE": {"compose.yaml": IMAGE, ".env": "COMPOSE_FILE=§\n"},
    "COMPOSE_ENV_FILES": {"compose.yaml": f"{IMAGE}    environment: {{A: $S}}\n", ".env": "COMPOSE_ENV_FILES=§\n"},
    "COMPOSE_PROFILES": {"compose.yaml": f"{IMAGE}    profiles: [x]\n", ".env": "COMPOSE_PROFILES=§\n"},
    "a line of .env that is none": {"compose.yaml": IMAGE, ".env": "§\n"},
    "a name in .env that is none": {"compose.yaml": IMAGE, ".env": "A §=1\n"},
    "a quote in .env without an end": {"compose.yaml": f"{IMAGE}    cpus: $S\n", ".env": "S='§\n"},
    "a value of several lines": {"compose.yaml": f"{IMAGE}    cpus: $S\n", ".env": "S='-----\n§\n§==\n-----'\n"},
    "an expansion in .env": {"compose.yaml": f"{IMAGE}    cpus: $S\n", ".env": "T=§\nS=a${T:?§}b${T\n"},
    "a comment in .env": {"compose.yaml": IMAGE, ".env": "# S=§\nS=${\n"},
    "a broken env file": started("celery -A proj worker -c $S", **{"app.env": 'S="§\nT=§\n§ §\n'}),
    "an env file named like code": of_shell("env_file: v.yml", **{"v.yml": "S=§\n"}),
    "an env file that is YAML by mistake": of_shell("env_file: v.yaml", **{"v.yaml": "S: §\n"}),
    "a raw env file": of_shell("env_file: [{path: r.env, format: raw}]", **{"r.env": "S='§' x\n"}),
    "a key of a secret": key("environment: {API_TOKEN: '§'}", "command: sh -c 'celery -A proj worker -c $$API_TOKEN'"),
    "a secret in a list": key("environment: ['DB_PASSWORD=§']", "command: sh -c 'celery -A proj worker -c $$DB_PASSWORD'"),
    "a secret of an image": image_of("ENV SECRET_KEY=§\nCMD celery -A proj worker -c $SECRET_KEY"),
    "a service's name": {"compose.yaml": "services:\n  $S:\n    image: x\n    command: celery worker -c $S\n"},
    "declared resources": {
        "compose.yaml": f"{IMAGE}networks: {{$S: {{driver: $S}}}}\nvolumes: {{a: {{name: $S, external: $S}}}}\n"
        "secrets: {s: {file: $S, x: $S}}\n"
    },
    "a broken Compose file": {"compose.yaml": "services: {worker: {image: '$S', command: $S\n"},
    "a merged limit": {
        "compose.yaml": IMAGE,
        "compose.override.yaml": "services: {worker: {mem_limit: $S, deploy: {resources: {limits: {memory: 2g}}}}}\n",
    },
    "a limit taken away": {
        "compose.yaml": f"{IMAGE}    mem_reservation: $S\n",
        "compose.override.yaml": "services: {worker: {mem_limit: !reset $S}}\n",
    },
    "a limit that a float loses": key("mem_limit: 1.${S}"),
    "variables that two readers read differently": set_in_python(
        'from dotenv import load_dotenv\nload_dotenv()\napp.conf.worker_concurrency = os.environ["D"]'
    )
    | {".env": "S=§\nD=a#§ b\nD = '§\\'\n"},
    "a program of supervisord": started(
        "supervisord -n -c /app/s.conf",
        **{"s.conf": "[program:w]\ncommand=celery -A proj worker -c %(ENV_S)s\nnumprocs=%(ENV_S)s\n[program:%(ENV_S)s]\n"},
    ),
    "a Procfile": started("honcho start", Procfile="w: celery -A proj worker -c $S\n$S: celery -A proj worker\n"),
    "a Makefile": started("make w", Makefile="w:\n\tcelery -A proj worker -c $(S)\n"),
}
POSITIONS = (
    WHOLE
    | {f"key {written}": key(written) for written in KEYS}
    | {f"command {command}": started(command.replace("$S", "${S}")) for command in COMMANDS}
    | {f"script {script}": run_by(script) for script in SCRIPTS}
    | {f"python {text}": set_in_python(text) for text in PYTHON}
    | {f"image {text}": image_of(text) for text in IMAGES}
)
VARIABLES = "S=§\nTOKEN=§\n"


def with_variables(files: dict[str, str], secret: str) -> dict[str, str]:
    """Return a project with the secret in its env files, and wherever else § stands for it."""
    given = {".env": VARIABLES, "app.env": VARIABLES, **files}
    return {path: text.replace("§", secret) for path, text in given.items()}
