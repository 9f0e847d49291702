"""Writes rows of every type, has a pipeline make a dataset of them, and compares what each reader sees with the rows."""

import glob
import json
import math
import os
import subprocess
import sys

import datasets
import duckdb
import huggingface_hub
import pandas
import polars
import pyarrow.dataset

ROWS = 100_000
SHARD = 30_000

PIPELINE = """
pipeline "readers" {}

step "read_jsonl" "all" {
  path    = "rows.jsonl"
  columns = {
    id       = "int"
    text     = "string"
    share    = "optional(float)"
    flag     = "bool"
    maybe    = "optional(string)"
    count    = "optional(int)"
    sure     = "optional(bool)"
    list     = "list(int)"
    lacking  = "optional(list(string))"
    holes    = "list(optional(float))"
    nested   = "list(list(string))"
    object   = "object({key=string, size=optional(int), tags=list(string)})"
    objects  = "list(object({key=string, value=optional(bool)}))"
    messages = "messages"
  }
}

dataset "default" {
  from       = step.all
  splits     = { train = 0.8, test = 0.2 }
  shard_rows = %d
  license    = "cc-by-4.0"
  tags       = ["readers", "雪", "yes"]
}

dataset "lines" {
  from   = step.all
  format = "jsonl"
}
""" % SHARD

TEXTS = ["plain", "", "Grüße „ü“ 雪 🙂", 'quotes " and \\ and, commas', "lines\nand\ttabs\r\n", "\u2028\u0000\u200b", "́combining é", "x" * 5000]

INT, FLOAT, BOOL, STRING = (datasets.Value(t) for t in ("int64", "float64", "bool", "string"))
FEATURES = datasets.Features({
    "id": INT, "text": STRING, "share": FLOAT, "flag": BOOL, "maybe": STRING, "count": INT, "sure": BOOL, "list": datasets.List(INT),
    "lacking": datasets.List(STRING), "holes": datasets.List(FLOAT), "nested": datasets.List(datasets.List(STRING)),
    "object": {"key": STRING, "size": INT, "tags": datasets.List(STRING)},
    "objects": datasets.List({"key": STRING, "value": BOOL}),
    "messages": datasets.List({"content": STRING, "role": STRING}),
})


def row(i):
    def text(k):
        return TEXTS[(i + k) % len(TEXTS) if (i + k) % 97 == 0 else (i + k) % 7]
    return {
        "id": i * (1 if i % 2 else -1) * 2**30,
        "text": text(0),
        "share": None if i % 3 == 0 else i / 7,
        "flag": i % 2 == 0,
        "maybe": None if i % 5 == 0 else text(1),
        "count": None if i % 4 == 0 else i,
        "sure": [None, True, False][i % 3],
        "list": [i + k for k in range(i % 4)],
        "lacking": [None, [], [text(2)], ["", "y"]][i % 4],
        "holes": [None if k % 2 else k + 0.5 for k in range(i % 3)],
        "nested": [[text(k) for k in range(j)] for j in range(i % 4)],
        "object": {"key": text(3), "size": None if i % 2 else i, "tags": ["t"] * (i % 3)},
        "objects": [{"key": f"k{k}", "value": [None, True, False][k % 3]} for k in range(i % 4)],
        "messages": [{"role": ["user", "assistant"][k % 2], "content": text(k)} for k in range(i % 3)],
    }


def equal(a, b):
    """Equal values, where a reader has tuples, arrays or scalars of its own for lists and numbers."""
    if isinstance(b, dict):
        return isinstance(a, dict) and set(a) == set(b) and all(equal(a[k], b[k]) for k in b)
    if isinstance(b, list):
        return a is not None and not isinstance(a, (str, dict)) and len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b))
    if b is None:
        return a is None or a is pandas.NA or isinstance(a, float) and math.isnan(a)
    if isinstance(b, bool):
        return bool(a) == b
    return a == b


def compare(name, got, want):
    got = sorted(got, key=lambda r: r["id"])
    assert len(got) == len(want), f"{name}: {len(got)} rows, and not {len(want)}"
    for g, w in zip(got, want):
        assert equal(g, w), f"{name} reads\n{g}\nand not\n{w}"
    print(f"{name}: {len(got)} rows are equal")


def main():
    distigen, work = sys.argv[1:]
    os.makedirs(work)
    rows = [row(i) for i in range(ROWS)]
    with open(f"{work}/pipeline.hcl", "w") as f:
        f.write(PIPELINE)
    with open(f"{work}/rows.jsonl", "w") as f:
        for r in rows:
            f.write(json.dumps(r) + "\n")
    subprocess.run([distigen, "run", "--quiet", work, "--out", f"{work}/out"], check=True)
    folder = f"{work}/out/datasets/default"
    want = sorted(rows, key=lambda r: r["id"])

    with open(f"{folder}/pipeline/pipeline.hcl") as f:  # it travels, and is no data to datasets
        assert f.read() == PIPELINE
    loaded = datasets.load_dataset(folder)
    assert set(loaded) == {"train", "test"}, loaded
    assert abs(len(loaded["test"]) - 0.2 * ROWS) < 0.01 * ROWS, loaded
    front = huggingface_hub.DatasetCard.load(f"{folder}/README.md").data
    assert front.license == "cc-by-4.0" and front.tags == ["synthetic", "distigen", "readers", "雪", "yes"] and front.size_categories == ["100K<n<1M"], front
    info = datasets.DatasetInfo._from_yaml_dict(front.dataset_info)  # as the library reads a card
    assert info.features == FEATURES and info.dataset_size == sum(s.num_bytes for s in info.splits.values()) > info.download_size > 0, info
    assert {s.name: s.num_examples for s in info.splits.values()} == {name: len(split) for name, split in loaded.items()}, info
    for split in loaded.values():
        assert split.features == FEATURES, split.features
        order = [abs(i) for i in split["id"]]
        assert order == sorted(order), "the rows are not in the order of the source"
    compare("datasets", [r for split in loaded.values() for r in split], want)
    lines = datasets.load_dataset(f"{work}/out/datasets/lines")
    assert set(lines["train"].column_names) == set(FEATURES), lines
    compare("datasets, JSON lines", lines["train"], want)

    files = sorted(glob.glob(f"{folder}/data/*.parquet"))
    names = [os.path.basename(f) for f in files]
    assert names == ["test-00000-of-00001.parquet"] + [f"train-0000{i}-of-00003.parquet" for i in range(3)], names
    table = pyarrow.dataset.dataset(files).to_table()
    assert table.schema.remove_metadata() == FEATURES.arrow_schema.remove_metadata(), table.schema
    compare("pyarrow", table.to_pylist(), want)
    compare("pandas", pandas.concat([pandas.read_parquet(f, dtype_backend="pyarrow") for f in files]).to_dict("records"), want)
    compare("polars", polars.read_parquet(f"{folder}/data/*.parquet").to_dicts(), want)
    answer = duckdb.sql(f"select * from '{folder}/data/*.parquet'")
    compare("duckdb", [dict(zip(answer.columns, r)) for r in answer.fetchall()], want)


main()
