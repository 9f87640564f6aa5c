"""What evidence costs beside psql's `\\copy` of the same rows. `python -m tests.bench.evidence`"""

from app.datasources.connectors.base import Limits, Statement
from app.datasources.connectors.postgres.connector import PostgresConnector
from app.evidence.hashing import output_hash
from tests.bench.stage import Stage, interleaved, report, stage

MILLION = 1_000_000
SQL = f"select * from wide{MILLION}"


def main() -> None:
    with stage((MILLION,)) as ready:
        million_rows(ready)


def million_rows(ready: Stage) -> None:
    """Hashing alone, a whole run, and a verification, each of 1,000,000 x 10."""
    with PostgresConnector({"url": ready.source_url}).execute(
        Statement((SQL,)), Limits(600, MILLION, 10**10)
    ) as execution:
        batches = list(execution.batches())
    expected = "sha256:" + output_hash(execution.columns, batches)
    run = ready.run(SQL)
    if ready.call("GET", f"/v1/runs/{run['id']}/evidence")["body"]["output_hash"] != expected:
        raise RuntimeError("the run's hash is another one")

    def verify() -> None:
        if ready.call("POST", f"/v1/runs/{run['id']}/verification")["outcome"] != "pass":
            raise RuntimeError("the run does not verify")

    def hash_all() -> None:
        output_hash(execution.columns, batches)

    def run_again() -> None:
        ready.run(SQL)

    hashing, whole, checking, copy = interleaved(
        5, hash_all, run_again, verify, lambda: ready.copy_binary(f"wide{MILLION}")
    )
    report("evidence_hash", hashing, "s", "SHA-256 of 1,000,000 x 10, one thread")
    report("evidence_hash_share", 100 * hashing / whole, "% of the run", "beside its decoding; goal 10")
    report("evidence_hash_ratio", hashing / copy, "x copy")
    report("evidence_verify", checking, "s", "POST verification of 1,000,000 x 10")
    report("evidence_verify_ratio", checking / copy, "x copy", "goal 1")


if __name__ == "__main__":
    main()
