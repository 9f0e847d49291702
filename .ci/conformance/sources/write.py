"""Writes Parquet files of all kinds with the Python libraries, each with its values as JSON lines beside it.

python write.py FOLDER
"""

import datetime as dt
import decimal
import json
import pathlib
import sys
import uuid

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)

ROWS = [
    {"id": 1, "text": "Größe 😀", "score": 1.5, "ok": True, "tags": ["a", "b"], "grid": [[1, 2], [], [3]],
     "book": {"title": "T", "pages": 3, "notes": ["n"]},
     "chat": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]},
    {"id": 2, "text": None, "score": None, "ok": None, "tags": [], "grid": [], "book": None, "chat": []},
    {"id": 3, "text": "", "score": -0.25, "ok": False, "tags": None, "grid": None,
     "book": {"title": None, "pages": None, "notes": []}, "chat": [{"role": "user", "content": ""}]},
    {"id": 4, "text": "x" * 300, "score": 2.0, "ok": True, "tags": [None, "z"], "grid": [[4], None],
     "book": {"title": "U", "pages": 5, "notes": None}, "chat": [{"role": "system", "content": "s"}]},
] * 50
SCHEMA = pa.schema([
    pa.field("id", pa.int64(), nullable=False), ("text", pa.string()), ("score", pa.float64()), ("ok", pa.bool_()),
    ("tags", pa.list_(pa.string())), ("grid", pa.list_(pa.list_(pa.int64()))),
    ("book", pa.struct([("title", pa.string()), ("pages", pa.int32()), ("notes", pa.list_(pa.string()))])),
    ("chat", pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))),
])


def values(name, rows):
    with open(out / (name + ".jsonl"), "w", encoding="utf-8") as f:
        for row in rows:
            f.write(json.dumps(row, ensure_ascii=False) + "\n")


def arrow(name, table, rows, **options):
    pq.write_table(table, out / (name + ".parquet"), **options)
    values(name, rows)


nested = pa.Table.from_pylist(ROWS, schema=SCHEMA)
for codec in ["none", "snappy", "gzip", "zstd", "brotli", "lz4"]:
    arrow("arrow_" + codec, nested, ROWS, compression=codec)
arrow("arrow_pages_v2", nested, ROWS, data_page_version="2.0", data_page_size=256, row_group_size=17)
arrow("arrow_no_dictionary", nested, ROWS, use_dictionary=False, write_statistics=False)
arrow("arrow_delta", nested, ROWS, use_dictionary=False, column_encoding={"id": "DELTA_BINARY_PACKED", "text": "DELTA_BYTE_ARRAY"})
arrow("arrow_old_lists", nested, ROWS, use_compliant_nested_type=False, version="1.0")

# Types beyond ours: as texts, as wider numbers, as lists of objects.
day = dt.date(2026, 8, 21)
moment = dt.datetime(2026, 8, 21, 9, 30, 0, 123456)
kinds = [
    ("large", pa.large_string(), ["a", "b"], ["a", "b"]),
    ("dictionary", pa.dictionary(pa.int32(), pa.string()), ["x", "x"], ["x", "x"]),
    ("large_list", pa.large_list(pa.int64()), [[1], [2, 3]], [[1], [2, 3]]),
    ("fixed_list", pa.list_(pa.float32(), 2), [[0.5, 1.0], [2.0, 4.0]], [[0.5, 1.0], [2.0, 4.0]]),
    ("map", pa.map_(pa.string(), pa.int64()), [[("k", 1), ("l", 2)], []], [[{"key": "k", "value": 1}, {"key": "l", "value": 2}], []]),
    ("i8", pa.int8(), [-1, 2], [-1, 2]), ("u8", pa.uint8(), [255, 0], [255, 0]), ("u32", pa.uint32(), [4294967295, 0], [4294967295, 0]),
    ("u64", pa.uint64(), [7, 9223372036854775807], [7, 9223372036854775807]),
    ("f32", pa.float32(), [0.5, -2.0], [0.5, -2.0]),
    ("dec", pa.decimal128(10, 2), [decimal.Decimal("12.50"), decimal.Decimal("-0.05")], ["12.50", "-0.05"]),
    ("dec256", pa.decimal256(50, 3), [decimal.Decimal("1.000"), decimal.Decimal("-123456789012345678901234567890.125")],
     ["1.000", "-123456789012345678901234567890.125"]),
    ("date", pa.date32(), [day, dt.date(1969, 12, 31)], ["2026-08-21", "1969-12-31"]),
    ("time_ms", pa.time32("ms"), [dt.time(9, 30), dt.time(0, 0, 1, 500000)], ["09:30:00", "00:00:01.5"]),
    ("time_us", pa.time64("us"), [dt.time(9, 30), dt.time(23, 59, 59, 1)], ["09:30:00", "23:59:59.000001"]),
    ("ts_ms", pa.timestamp("ms"), [moment.replace(microsecond=123000), dt.datetime(1969, 12, 31, 23, 59, 59)],
     ["2026-08-21T09:30:00.123", "1969-12-31T23:59:59"]),
    ("ts_us", pa.timestamp("us", tz="UTC"), [moment, moment], ["2026-08-21T09:30:00.123456Z"] * 2),
    ("ts_ns", pa.timestamp("ns"), [moment, moment], ["2026-08-21T09:30:00.123456"] * 2),
    ("null", pa.null(), [None, None], [None, None]),
]
table = pa.table({name: pa.array(given, type) for name, type, given, _ in kinds})
arrow("arrow_kinds", table, [{name: wanted[i] for name, _, _, wanted in kinds} for i in range(2)])
old = pa.table({"t": pa.array([moment, dt.datetime(1969, 12, 31, 1)], pa.timestamp("ns"))})
arrow("arrow_int96", old, [{"t": "2026-08-21T09:30:00.123456"}, {"t": "1969-12-31T01:00:00"}], use_deprecated_int96_timestamps=True)

flat = [{"n": 1, "s": "a", "f": 0.5, "b": True}, {"n": 2, "s": "ß", "f": 1.5, "b": False}]
pd.DataFrame(flat).to_parquet(out / "pandas.parquet", index=False)
values("pandas", flat)
deep = [{k: r[k] for k in ("id", "text", "tags", "grid", "book", "chat")} for r in ROWS]
pl.DataFrame(nested).select("id", "text", "tags", "grid", "book", "chat").write_parquet(out / "polars.parquet")
values("polars", deep)
duckdb.from_arrow(nested).write_parquet(str(out / "duckdb.parquet"))
values("duckdb", ROWS)
duckdb.sql(f"COPY (SELECT UUID '{uuid.UUID(int=5)}' AS u, HUGEINT '12' AS h, 1.25::DECIMAL(6,3) AS d, INTERVAL 1 DAY IS NULL AS n) "
           f"TO '{out / 'duckdb_kinds.parquet'}' (FORMAT parquet)")
values("duckdb_kinds", [{"u": str(uuid.UUID(int=5)), "h": 12.0, "d": "1.250", "n": False}])

# What is to be refused by name.
refused = out / "refused"
refused.mkdir(exist_ok=True)
pq.write_table(pa.table({"raw": pa.array([b"\xff"])}), refused / "binary.parquet")
pq.write_table(pa.table({"raw": pa.array([b"abcd"], pa.binary(4))}), refused / "fixed.parquet")
