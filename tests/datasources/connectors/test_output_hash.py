"""The output hash of what really comes from Postgres: the same from both decoders and however it is cut."""

import pytest

from app.datasources.connectors.base import Limits
from app.datasources.connectors.postgres import batches
from app.evidence.hashing import output_hash
from tests.datasources.connectors.reading import read
from tests.evidence import second

ZOO = """
select i::int2 as a, i::int4 as b, i::int8 * 7919 as c, i % 2 = 0 as d, i / 3.0::float4 as e, sin(i) as f,
  (i * 1.37)::numeric(12,2) as g, (i * 1.5)::numeric as h, i::text as i, repeat('é', i % 5) as j,
  date '2020-01-01' + i as k, timestamp '2020-01-01' + i * interval '1.5 s' as l,
  timestamptz '2020-01-01 UTC' + i * interval '1 min' as m, decode(md5(i::text), 'hex') as n,
  jsonb_build_object('i', i) as o, array[i, null] as p, i * interval '1 day' as q, '10.0.0.1'::inet + i as r,
  nullif(i % 3, 0) as s, nullif(i::text, '7') as t,
  case when i = 70 then 'NaN' else (i * 1.37)::numeric(12,2) end::numeric(12,2) as u,
  case when i = 71 then 'infinity'::date when i = 72 then '0044-03-15 BC' else date '2020-01-01' + i end as v,
  case when i = 73 then '-infinity' else timestamptz '2020-01-01 UTC' + i * interval '1.25 s' end as w,
  case when i = 74 then 'NaN'::float8 when i = 75 then '-0' else i end as x
from generate_series(1, 200) i
"""


@pytest.mark.parametrize("rows", [10_000, 64, 7])
def test_neither_decoder_nor_cutting_changes_it(connector, decoder, monkeypatch, rows):
    whole = read(connector, ZOO)
    assert len(whole.batches) == 1
    expected = second.output_hash(
        [(c.name, c.type, c.kind) for c in whole.columns], [list(row) for row in whole.rows]
    )
    monkeypatch.setattr(batches, "BATCH_ROWS", rows)
    result = read(connector, ZOO)
    assert len(result.batches) == -(-200 // rows)
    assert output_hash(result.columns, result.batches) == expected


def test_a_cut_result_is_hashed_as_far_as_it_goes(connector):
    short = read(connector, ZOO.replace("200", "20"))
    cut = read(connector, ZOO, limits=Limits(20, 20, 10**9))
    assert output_hash(cut.columns, cut.batches) == output_hash(short.columns, short.batches)
