"""What the Python SDK of Argilla sees: client.py workspace NAME | count DATASET | check DATASET OUT."""

import collections
import pathlib
import json
import os
import sys

import argilla as rg

client = rg.Argilla(api_url=os.environ["ARGILLA_API_URL"], api_key=os.environ["ARGILLA_API_KEY"])
command, name = sys.argv[1:3]


def rows(out):
    """The rows of the dataset default, whatever they are written as."""
    folder = pathlib.Path(out, "datasets", "default")
    for path in sorted(folder.rglob("*.jsonl")):
        yield from map(json.loads, path.read_text().splitlines())
    for path in sorted(folder.rglob("*.parquet")):
        import pyarrow.parquet

        yield from pyarrow.parquet.read_table(path).to_pylist()


def check(dataset, out):
    want = list(rows(out))
    assert len(want) >= 45, f"the run made {len(want)} rows"
    settings = dataset.settings
    assert [f.name for f in settings.fields] == ["instruction", "generations-0", "generations-1"], settings.fields
    assert [f.required for f in settings.fields] == [True, True, False]
    questions = {q.name: q for q in settings.questions}
    assert list(questions) == [f"generations-{i}-{what}" for i in (0, 1) for what in ("rating", "rationale")], list(questions)
    for i in (0, 1):
        rating, rationale = questions[f"generations-{i}-rating"], questions[f"generations-{i}-rationale"]
        assert isinstance(rating, rg.RatingQuestion) and rating.values == [1, 2, 3, 4, 5] and rating.required == (i == 0)
        assert isinstance(rationale, rg.TextQuestion) and not rationale.required
    assert {m.name for m in settings.metadata} == {"generations-0-model", "generations-1-model", "simulated"}
    assert settings.guidelines.startswith("**SIMULATED")
    records = list(dataset.records(with_suggestions=True))
    twice = [i for i, n in collections.Counter(r.id for r in records).items() if n > 1]
    assert not twice and len(records) == 50, f"{len(records)} records, twice {twice}"
    of = collections.Counter()
    for record in records:
        of[record.fields["instruction"], record.fields["generations-0"], record.fields["generations-1"]] += 1
    for row in want:
        key = (row["instruction"], *row["generations"])
        assert of[key] == 1, f"{of[key]} records of {key}"
        record = next(r for r in records if (r.fields["instruction"], r.fields["generations-0"], r.fields["generations-1"]) == key)
        suggested = {s.question_name: s for s in record.suggestions}
        for i in (0, 1):
            for what, column in (("rating", "ratings"), ("rationale", "rationales")):
                s = suggested[f"generations-{i}-{what}"]
                assert s.value == row[column][i] and s.agent == row["model_name"] and s.type == "model", (s, row)
            assert record.metadata[f"generations-{i}-model"] == row["generation_models"][i]
        assert record.metadata["simulated"] == "true"
    print(f"{len(records)} records, {len(want)} of them compared with their rows: fields, suggestions, metadata")


if command == "workspace":
    rg.Workspace(name=name, client=client).create()
else:
    found = client.datasets(name, workspace="admin")
    if command == "count":
        print(0 if found is None else len(list(found.records)))
    else:
        check(found, sys.argv[3])
