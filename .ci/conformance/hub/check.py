"""Pushes datasets with distigen to a fake Hub, kills an upload midway, and reads all back with huggingface_hub and datasets."""

import argparse
import hashlib
import json
import os
import pathlib
import random
import socket
import subprocess
import sys
import time
import urllib.request

arguments = argparse.ArgumentParser()
arguments.add_argument("--distigen", required=True)
arguments.add_argument("--work", required=True, type=pathlib.Path)
arguments.add_argument("server", nargs="+", help="the command of the fake Hub")
a = arguments.parse_args()
a.work.mkdir(parents=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# Some files go whole and some in parts: above 100 MB, in parts of 8 MB.
port = free_port()
endpoint = f"http://127.0.0.1:{port}"
server = subprocess.Popen([*a.server, "--root", str(a.work / "hub"), "--port", str(port), "--multipart-over", "100000000", "--chunk", "8000000"],
                          stdout=subprocess.PIPE, stderr=open(a.work / "server.log", "w"), text=True)
server.stdout.readline()
os.environ.update(HF_ENDPOINT=endpoint, HF_TOKEN="hf_write", HF_HUB_DISABLE_XET="1", HF_HUB_DISABLE_TELEMETRY="1", HF_HOME=str(a.work / "home"),
                  HF_HUB_DISABLE_PROGRESS_BARS="1", HF_DATASETS_DISABLE_PROGRESS_BARS="1", DISTIGEN_CACHE=str(a.work / "cache"))

import datasets  # noqa: E402, once the environment says where the Hub is
import huggingface_hub  # noqa: E402


def distigen(*args, code=0, **more):
    done = subprocess.run([a.distigen, *map(str, args)], capture_output=True, text=True, **more)
    said = done.stdout + done.stderr
    assert done.returncode == code, f"distigen {args} ended with {done.returncode}:\n{said}"
    assert "hf_write" not in said, "the token was shown"
    return said


def fake(path, body=None):
    request = urllib.request.Request(endpoint + "/_fake/" + path, data=json.dumps(body).encode() if body is not None else None)
    return json.load(urllib.request.urlopen(request))


def uploads():
    """The bytes of large files that the Hub took, and in how many requests."""
    seen = [[e.get("Path") or e.get("p"), e.get("Status", e.get("s")), e.get("Bytes", e.get("n"))] for e in fake("log")]
    done = [n for path, status, n in seen if ("/_lfs/put/" in path or "/_lfs/part/" in path) and status == 200]
    return len(done), sum(done)


def rows_of(folder):
    """The rows of a dataset's folder, as its files say."""
    data = sorted(p for p in folder.rglob("*") if p.suffix in (".parquet", ".jsonl"))
    form = {".parquet": "parquet", ".jsonl": "json"}[data[0].suffix]
    return datasets.load_dataset(form, data_files=[str(p) for p in data], split="train")


def same(got, want, what):
    assert got.num_rows == want.num_rows and got.column_names == want.column_names, f"{what}: {got} and not {want}"
    assert got.to_list() == want.to_list(), f"{what}: the rows differ"
    print(f"{what}: {got.num_rows} rows")


def tutorial():
    """The tutorial's dataset, pushed by its program at the end of a run, is read back."""
    out = a.work / "tutorial"
    distigen("run", "--simulate", "--quiet", "--out", out, "examples/math-preference")
    distigen("push", out, "--repo", "acme/maths", code=2)  # it is simulated
    said = distigen("push", out, "--repo", "acme/maths", "--license", "cc-by-4.0", "--push-simulated")
    assert "pushed to" in said, said
    want = rows_of(out / "datasets" / "default")
    same(datasets.load_dataset("acme/maths", split="train"), want, "the tutorial, by datasets")
    info = huggingface_hub.HfApi().dataset_info("acme/maths")
    assert info.private and info.card_data.license == "cc-by-4.0", info
    folder = pathlib.Path(huggingface_hub.snapshot_download("acme/maths", repo_type="dataset"))
    for path in (out / "datasets" / "default").rglob("*"):
        if path.is_file() and path.name != "README.md":
            there = folder / path.relative_to(out / "datasets" / "default")
            assert there.read_bytes() == path.read_bytes(), there
    commits = len(huggingface_hub.HfApi().list_repo_commits("acme/maths", repo_type="dataset")) if "python" in a.server[0] else 2
    assert commits == 2, f"{commits} commits"
    assert "nothing to push" in distigen("push", out, "--push-simulated", "--repo", "acme/maths", "--license", "cc-by-4.0")


def several():
    """Two datasets of one pipeline go to one repository, each as a config."""
    pipeline = a.work / "several"
    pipeline.mkdir()
    (pipeline / "pipeline.hcl").write_text("""
step "rows" "numbers" {
  rows = [for n in range(1000) : { number = n, text = "ä ${n}" }]
}
step "keep_columns" "texts" {
  from    = step.numbers
  columns = ["text"]
}
dataset "numbers" {
  from    = step.numbers
  license = "cc-by-4.0"
  tags    = ["numbers"]
  hub { repo_id = "acme/several" }
}
dataset "texts" {
  from = step.texts
  tags = ["texts"]
  hub {
    repo_id = "acme/several"
    license = "cc-by-4.0"
  }
}
""")
    out = a.work / "several-out"
    distigen("run", "--quiet", "--out", out, pipeline)
    assert sorted(datasets.get_dataset_config_names("acme/several")) == ["numbers", "texts"]
    for name in ("numbers", "texts"):
        same(datasets.load_dataset("acme/several", name, split="train"), rows_of(out / "datasets" / name), f"config {name}")
        read = datasets.load_dataset("acme/several", name)  # all splits
        assert list(read) == ["train"] and read["train"].info.config_name == name, read
        assert (out / "datasets" / name / "pipeline" / "pipeline.hcl").exists()
        local = huggingface_hub.DatasetCard.load(out / "datasets" / name / "README.md").data  # of the folder
        assert local.license == "cc-by-4.0" and name in local.tags and sized(local.dataset_info) == [("train", 1000)], local
        there = huggingface_hub.hf_hub_download("acme/several", f"{name}/pipeline/pipeline.hcl", repo_type="dataset")
        assert pathlib.Path(there).read_bytes() == (pipeline / "pipeline.hcl").read_bytes()
    card = huggingface_hub.DatasetCard.load("acme/several").data
    assert card.license == "cc-by-4.0" and {"numbers", "texts"} < set(card.tags) and card.size_categories == ["1K<n<10K"], card
    assert [i["config_name"] for i in card.dataset_info] == ["numbers", "texts"] and all(sized(i) for i in card.dataset_info), card
    front = huggingface_hub.metadata_load(huggingface_hub.hf_hub_download("acme/several", "README.md", repo_type="dataset"))
    assert front["license"] == "cc-by-4.0", front


def sized(info):
    """The splits of a card with their rows, all of which have a size."""
    assert info["download_size"] > 0 and info["dataset_size"] == sum(s["num_bytes"] for s in info["splits"]) > 0, info
    return [(s["name"], s["num_examples"]) for s in info["splits"]]


def large():
    """300 MB in three files, one of which goes in parts: the push is killed midway, and goes on with what is missing."""
    import pyarrow
    import pyarrow.parquet

    folder = a.work / "large"
    (folder / "data").mkdir(parents=True)
    rng = random.Random(7)
    total = 0
    for n, megabytes in enumerate((160, 70, 70)):
        texts = [rng.randbytes(500_000).hex() for _ in range(megabytes)]
        path = folder / "data" / f"train-{n:05d}-of-00003.parquet"
        pyarrow.parquet.write_table(pyarrow.table({"id": [n * 1000 + i for i in range(megabytes)], "text": texts}), path, compression="none",
                                    use_dictionary=False)
        total += path.stat().st_size
    assert total > 300_000_000, total
    fake("reset_log", {})
    push = subprocess.Popen([a.distigen, "push", str(folder), "--repo", "acme/large", "--quiet"], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while uploads()[0] < 5:  # there is no signal from the outside: look until some parts are there
        assert push.poll() is None and time.monotonic() < deadline, "the push ended before it could be killed"
        time.sleep(0.01)
    push.kill()
    push.wait()
    deadline = time.monotonic() + 60
    while True:  # what was under way when the process was killed ends or breaks
        before = uploads()
        time.sleep(0.5)
        if uploads() == before:
            break
        assert time.monotonic() < deadline
    taken = before[1]
    assert 0 < taken < total, f"{taken} of {total} bytes were there at the kill"
    fake("reset_log", {})
    distigen("push", folder, "--repo", "acme/large", "--quiet")
    again = uploads()[1]
    print(f"300 MB: {taken / 1e6:.0f} of {total / 1e6:.0f} MB were there at the kill, {again / 1e6:.0f} MB were sent afterwards")
    # Four transfers were under way: a part or a file of which the reply was lost is sent again.
    assert again <= total - taken + 2 * 70_500_000 + 2 * 8_000_000, "more was sent again than what was under way"
    fake("reset_log", {})
    assert "nothing to push" in distigen("push", folder, "--repo", "acme/large") and uploads()[1] == 0
    same(datasets.load_dataset("acme/large", split="train"), rows_of(folder), "300 MB, by datasets")
    for path in sorted((folder / "data").iterdir()):
        got = huggingface_hub.hf_hub_download("acme/large", f"data/{path.name}", repo_type="dataset")
        assert hashlib.file_digest(open(got, "rb"), "sha256").digest() == hashlib.file_digest(open(path, "rb"), "sha256").digest(), path


def beside():
    """What the Hub's own client pushed stays, and its configs too."""
    datasets.Dataset.from_dict({"x": [1, 2, 3]}).push_to_hub("acme/beside", config_name="theirs")
    folder = a.work / "beside"
    folder.mkdir()
    datasets.Dataset.from_dict({"y": list(range(1000))}).to_parquet(folder / "train.parquet")
    distigen("push", folder, "--repo", "acme/beside")
    assert datasets.load_dataset("acme/beside", "theirs", split="train").num_rows == 3
    assert datasets.load_dataset("acme/beside", "default", split="train").num_rows == 1000


def reading():
    """read_dataset reads what the Hub's own client has pushed, the second time from the cache."""
    rows = [{"id": n, "text": f"ä {n}", "tags": [] if n % 3 == 0 else ["a", str(n)], "score": None if n % 5 == 0 else n / 2,
             "turns": [{"role": "user", "content": f"{n}?"}, {"role": "assistant", "content": f"{n}!"}]} for n in range(2000)]
    want = datasets.Dataset.from_list(rows)
    want.push_to_hub("acme/chats", config_name="dialogues", num_shards=3)
    want.push_to_hub("acme/chats", config_name="others", split="test", private=True)
    pipeline = a.work / "reading"
    pipeline.mkdir()
    (pipeline / "pipeline.hcl").write_text("""
step "read_dataset" "chats" {
  repo_id = "acme/chats"
  config  = "dialogues"
}
""")
    out = a.work / "reading-out"
    distigen("run", "--quiet", "--out", out, pipeline)
    same(rows_of(out / "datasets" / "default"), want, "read_dataset")
    commit = huggingface_hub.HfApi().dataset_info("acme/chats").sha
    assert json.loads((pipeline / "hub.lock.json").read_text()) == {"acme/chats@main": commit}
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        distigen("run", "--quiet", "--fresh", "--out", out, pipeline)
    finally:
        del os.environ["HF_HUB_OFFLINE"]
    same(rows_of(out / "datasets" / "default"), want, "read_dataset, without the Hub")


def inspecting():
    """inspect sees what datasets sees, of what the Hub's own client has pushed and of a folder that datasets has written."""
    rows = [{"prompt": f"p{n % 90}", "chosen": [{"role": "user", "content": f"{n}?"}, {"role": "assistant", "content": "yes"}],
             "rejected": [{"role": "user", "content": f"{n}?"}, {"role": "assistant", "content": "no"}],
             "chosen_rating": 5, "rejected_rating": n % 7, "label": n % 2, "blob": b"\xff"} for n in range(100)]
    want = datasets.Dataset.from_list(rows).cast_column("label", datasets.ClassLabel(names=["bad", "good"]))
    want.push_to_hub("acme/judged", split="train")
    folder = a.work / "judged"
    want.to_parquet(folder / "train.parquet")
    for name in ("acme/judged", folder):
        seen = json.loads(distigen("inspect", name, "--json"))["datasets"][0]
        assert [c["name"] for c in seen["columns"]] == want.column_names, seen["columns"]
        assert [s["rows"] for s in seen["splits"]] == [100] and seen["rows"] == 100, seen["splits"]
        assert seen["repeated"] == {"prompt": 10}, seen["repeated"]
        higher = sum(r["chosen_rating"] > r["rejected_rating"] for r in rows)
        assert seen["agreement"]["chosen_higher"] == higher, seen["agreement"]
        assert "blob" not in seen["samples"][0]["row"] and seen["samples"][0]["row"]["chosen"] == rows[0]["chosen"], seen["samples"][0]
        print(f"inspect {name if isinstance(name, str) else 'of a folder'}: {seen['rows']} rows")
    assert "It is not there" in distigen("inspect", "acme/nowhere", code=4)


try:
    for check in (tutorial, several, beside, reading, inspecting, large):
        check()
finally:
    server.terminate()
    server.wait()
