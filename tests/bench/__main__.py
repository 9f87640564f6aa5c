"""`make bench`: every figure of every bench, one a line."""

from tests.bench import evidence, spine

spine.main()
evidence.main()
