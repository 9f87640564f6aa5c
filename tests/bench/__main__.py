"""`make bench`: every figure of every bench, one a line."""

from tests.bench import arranging, burst, cached, evidence, faults, schema, spine

spine.main()
burst.main()
evidence.main()
arranging.main()
cached.main()
faults.main()
schema.main()
