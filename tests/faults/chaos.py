"""`make chaos RUNS=5000 FAULTS=1000 SEED=7`: faults by chance, several at a time, on an installation at work.

Runs, schedules, recomputes and exports go on meanwhile. Now and then everything is mended, and an auditor
looks at all of it. The seed repeats the choices, though not what the machine's timing makes of them.
"""

import logging
import os
import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch
from urllib.parse import quote

from sqlalchemy import text

from app.core import db
from tests.faults.audit import Auditor
from tests.faults.clocks import Clocks
from tests.faults.harm import FAULTS, PARTS, Harm
from tests.faults.site import PROCESSES, Site, site, until
from tests.faults.traffic import Traffic
from tests.faults.wires import Wires, family_of
from tests.live import Installation, procfile
from tests.makers import make_datasource
from tests.objects import BUCKET, object_store

LONGEST_S = 15.0  # of what lasts: Redis away, a cut, a full disk, a wrong clock
PAUSE_S = 1.5  # between two faults, at most
TOGETHER = 20  # faults before everything is mended and looked at
PATIENCE_S = 180
UNSETTLED = text("select id, state from runs where finished_at is null order by id limit 20")
STATES = text("select state, count(*) from runs group by 1 order by 1")


def main(runs: int, faults: int, seed: int) -> int:
    """How many times something was broken."""
    print(f"chaos: {runs} runs, {faults} faults, SEED={seed}", flush=True)
    chance = random.Random(seed)
    logging.getLogger("app").setLevel(logging.CRITICAL)  # that this process cannot reach a server is meant
    warnings.simplefilter("ignore")  # a worker one of whose processes stands still does not end in time
    failures = 0
    with _ground(seed, chance) as (harm, traffic, auditor):
        if not harm.clocks.can_jump:
            print("There is no C compiler: no clock jumps.", flush=True)
        happened: Counter[str] = Counter()
        for number in range(1, faults + 1):
            traffic.begin(runs * number // faults - runs * (number - 1) // faults)
            harm.mend()
            fault = chance.choice(FAULTS)
            happened[fault.__name__] += 1
            begun = time.monotonic()
            fault(harm)
            print(f"{number:5} {fault.__name__:20} {time.monotonic() - begun:6.1f} s", flush=True)
            time.sleep(chance.uniform(0, PAUSE_S))
            if number % TOGETHER == 0 or number == faults:
                broken = _look(harm, traffic, auditor)
                failures += bool(broken)
                print("\n".join(broken) or "      all that must hold does", flush=True)
                if broken:
                    break
        _tell(traffic, auditor, happened)
    print(f"chaos: {'something is broken' if failures else 'nothing is broken'}. SEED={seed}")
    return failures


def _look(harm: Harm, traffic: Traffic, auditor: Auditor) -> list[str]:
    """Mend everything; once all has settled, what is broken."""
    begun = time.monotonic()
    harm.mend(everything=True)
    try:
        traffic.rest(PATIENCE_S)
        until(lambda: not _unsettled(), PATIENCE_S, lambda: f"that these end: {_unsettled()}")
        settled = time.monotonic() - begun
        following = harm.site.start("select 1 as following")
        if harm.site.settled([following]) != ["succeeded"]:
            return [f"the next run, {following}, does not succeed"]
        broken = auditor.broken()
    except AssertionError as error:
        return [str(error)]
    print(
        f"      settled in {settled:.0f} s, looked at in {time.monotonic() - begun - settled:.0f} s",
        flush=True,
    )
    return broken


def _unsettled() -> list[tuple[int, str]]:
    with db.autocommit() as connection:
        return [(run.id, run.state) for run in connection.execute(UNSETTLED)]


def _tell(traffic: Traffic, auditor: Auditor, happened: Counter[str]) -> None:
    with db.autocommit() as connection:
        states = ", ".join(f"{row.count} {row.state}" for row in connection.execute(STATES))
    print("faults:", ", ".join(f"{count} {name}" for name, count in sorted(happened.items())))
    print("runs:", states)
    print("done beside them:", ", ".join(f"{count} {name}" for name, count in sorted(traffic.done.items())))
    print("runs that telemetry never heard of:", auditor.untold())


@contextmanager
def _ground(seed: int, chance: random.Random) -> Iterator[tuple[Harm, Traffic, Auditor]]:
    """A site whose parts reach its servers by wires, and keep larger results in a bucket."""
    with (
        tempfile.TemporaryDirectory(prefix="plumb-chaos-") as folder,
        object_store() as bucket,
        site(children=4) as ground,
    ):
        place = Path(folder)
        place.chmod(0o755)
        heads: dict[int, str] = {}
        processes: Installation | None = None

        def whose(pid: int) -> str:
            if processes is not None:
                heads.update({each.pid: name for name, each in processes.processes.items()})
            return family_of(pid, heads)

        with Wires(whose) as wires, patch.dict(os.environ, bucket.environment):
            clocks = Clocks(place / "clocks")
            environment = ground.environment | _laid(wires, place, ground, bucket.port)
            commands = {**procfile(), **PROCESSES}
            wound = {name: clocks.wind(name, commands[name]) for name in PARTS}
            wired = make_datasource(
                ground.dana, {"url": _through(ground.source_url, place / "source")}, name="Wired"
            )
            processes = Installation(environment, ground.log, PARTS, wound)
            with processes, Traffic(ground, processes, wired, seed) as traffic:
                harm = Harm(ground, processes, wires, clocks, bucket, chance, LONGEST_S)
                try:
                    yield harm, traffic, Auditor(ground, traffic, bucket)
                finally:
                    harm.mend(everything=True)


def _laid(wires: Wires, place: Path, ground: Site, bucket_port: int) -> dict[str, str]:
    """The addresses at which the parts find their servers."""
    for name, server in (("metadata", ground.metadata), ("source", ground.source_server)):
        (place / name).mkdir()
        socket_name = ".s.PGSQL.5432"
        wires.to_socket(name, place / name / socket_name, server.socket_dir / socket_name)
    wires.to_socket("redis", place / "redis.sock", ground.store.socket)
    return {
        "DATABASE_URL": _through(ground.metadata.url, place / "metadata"),
        "REDIS_URL": f"unix://{quote(str(place / 'redis.sock'))}?db=0",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{wires.to_port('bucket', bucket_port)}",
        "PLUMB_RESULTS_URL": f"s3://{BUCKET}/chaos",
        "PLUMB_RESULTS_THRESHOLD": "500000",
    }


def _through(url: str, folder: Path) -> str:
    return url.partition("?host=")[0] + f"?host={quote(str(folder), safe='')}"


if __name__ == "__main__":
    given = sys.argv[3] if len(sys.argv) > 3 else ""
    seed = int(given) if given else random.SystemRandom().randrange(10**6)
    wanted = [int(text) for text in sys.argv[1:3]] or [50, 10]
    sys.exit(min(main(wanted[0], wanted[1] if len(wanted) > 1 else 10, seed), 1))
