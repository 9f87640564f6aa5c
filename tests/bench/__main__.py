"""`make bench`: every figure of every bench, one a line."""

from tests.bench import arranging, burst, cached, evidence, faults, spine

spine.main()
burst.main()
evidence.main()
arranging.main()
cached.main()
faults.main()
