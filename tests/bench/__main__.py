"""`make bench`: every figure of every bench, one a line."""

from tests.bench import arranging, burst, cached, evidence, exports, faults, schema, spine

spine.main()
burst.main()
evidence.main()
exports.main()
arranging.main()
cached.main()
faults.main()
schema.main()
