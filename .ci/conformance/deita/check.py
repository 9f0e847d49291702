"""Reads what a run of examples/deita with a real model has left, and the same run once more: check.py FIRST SECOND, the output folders."""
import collections
import json
import pathlib
import sys

first, second = (pathlib.Path(p) for p in sys.argv[1:])
record, again = (json.loads((p / "run.json").read_text()) for p in (first, second))
steps = {s["step"]: s for s in record["steps"]}
rejects, dropped = ([json.loads(line) for line in (first / name).read_text().splitlines()] for name in ("rejects.jsonl", "dropped.jsonl"))

assert not record.get("simulated"), "the run was simulated"
assert record["totals"]["calls"] > 0 and again["totals"]["calls"] == 0, "the second run asked again"
assert record["totals"]["rejected"] == len(rejects), "rejects that are not in rejects.jsonl"
# What a small model may do wrong, by name. Anything else is a mistake of the program.
known = {"empty", "cut", "unparseable", "out_of_scale"}
assert all(r["class"] in known and r["message"] for r in rejects), rejects
assert len(dropped) + record["datasets"][0]["rows"] == steps["choose"]["rows_in"], "rows are lost in the choice"
assert all(d["class"] in ("near_duplicate", "over_budget") for d in dropped), dropped
for a, b in zip(sorted(first.glob("datasets/**/*.parquet")), sorted(second.glob("datasets/**/*.parquet")), strict=True):
    assert a.read_bytes() == b.read_bytes(), f"{b} is another dataset"

print(f"{record['totals']['source_rows']} seeds, {record['datasets'][0]['rows']} conversations chosen, {record['totals']['calls']} calls, "
      f"{record['totals']['prompt_tokens']} and {record['totals']['completion_tokens']} tokens, {record['totals']['seconds']:.0f} s")
for name, step in steps.items():
    print(f"  {name}: {step['rows_in']} in, {step['rows_out']} out, {step['calls']} calls")
for what, rows in (("rejected", rejects), ("dropped", dropped)):
    print(f"{what}:", dict(collections.Counter(r["class"] for r in rows)) or "none")
