"""`make bench`: every figure of every bench, one a line."""

from tests.bench import burst, evidence, spine

spine.main()
burst.main()
evidence.main()
