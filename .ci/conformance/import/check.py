"""Takes pipelines that the real distilabel has saved through distigen: import, fmt --check, check, build and run --simulate.

python check.py --distigen FILE --fakehub FILE --recorded FOLDER --work FOLDER [--only NAME] VERSION=FOLDER...

Each step has to be in the new pipeline as a block, or in a comment that says why it is not. A pipeline that imports without a mistake
runs: with code 0, and with rows in every dataset. What a person has to put beside it is put there first: files, datasets on the Hub (a fake
one) and values of variables. One that imports with a mistake is refused by check with the codes that import has told."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess

import yaml

arguments = argparse.ArgumentParser()
arguments.add_argument("--distigen", required=True)
arguments.add_argument("--fakehub", required=True)
arguments.add_argument("--recorded", required=True, type=pathlib.Path)
arguments.add_argument("--work", required=True, type=pathlib.Path)
arguments.add_argument("--only", help="the name of a pipeline")
arguments.add_argument("made", nargs="+")
a = arguments.parse_args()

# Pipelines with a mistake after the import: a class of the user's own makes a column that a later step names.
WRONG = {("1.1.1", "own-step")}
QUESTIONS = [{"instruction": "What is 3/4 of 20?"}, {"instruction": "Why is 1 not a prime?"}, {"instruction": "What is the area of a circle?"}]
# What has to be beside a pipeline, and has its name and place from the import.
FILES = {"seeds.jsonl": "".join(json.dumps(q) + "\n" for q in QUESTIONS), "questions.csv": "instruction,response\nWhat is 3/4 of 20?,It is 15.\n"}
VALUES = {"load_repo_id": "acme/prompts", "send_dataset": "answers"}
HUB = """
pipeline "hub" {}

step "rows" "questions" {
  rows = jsondecode(file("questions.json"))
}

step "rows" "prompts" {
  rows = [for q in jsondecode(file("questions.json")) : { prompt = q.instruction }]
}

dataset "prompts" {
  from = step.prompts
  hub { repo_id = "acme/prompts" }
}

dataset "questions" {
  from = step.questions
  hub { repo_id = "acme/questions" }
}
"""


class Wrong(Exception):
    pass


def distigen(*args, code=0):
    done = subprocess.run([a.distigen, *map(str, args)], capture_output=True, text=True)
    if done.returncode != code:
        raise Wrong(f"distigen {' '.join(map(str, args))} ended with {done.returncode}, and {code} was wanted:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def comments(hcl):
    """The text of the comments, with their lines joined."""
    return " ".join(line[1:].strip() for line in hcl.splitlines() if line.startswith("#"))


def imported(source, folder, wrong):
    """Imports a file, and looks for each of its steps."""
    said = distigen("import", source, folder, code=1 if wrong else 0)
    hcl = (folder / "pipeline.hcl").read_text()
    for step in yaml.full_load(source.read_text())["pipeline"]["steps"]:
        name = step["name"]
        if not re.search(rf'^step "\w+" "{re.escape(name)}" {{$', hcl, re.M) and f'tep "{name}"' not in comments(hcl):
            raise Wrong(f"{folder}: nothing is said of the step {name}")
    distigen("fmt", "--check", folder)
    return said, hcl


def filled_in(folder, hcl):
    """Puts what the import asks for beside the pipeline, and returns the flags with the values of variables."""
    for name, text in FILES.items():
        if f'"{name}"' in hcl:
            (folder / name).write_text(text)
    if 'path = "saved"' in hcl:
        saved = next((a.work / "hub-out" / "datasets" / "questions" / "data").glob("*.parquet"))
        (folder / "saved").write_bytes(saved.read_bytes())
    return [flag for name, value in VALUES.items() if f'variable "{name}"' in hcl for flag in ("--var", f"{name}={value}")]


def take(version, source):
    name = source.stem
    folder = a.work / "pipelines" / version / name
    wrong = (version, name) in WRONG
    said, hcl = imported(source, folder, wrong)
    # What distilabel adds of its own, such as its prompts, changes nothing: the recorded files are without.
    _, short = imported(a.recorded / version / source.name, a.work / "recorded" / version / name, wrong)
    if hcl != short:
        raise Wrong(f"{folder}: the recorded file becomes another pipeline")
    if wrong:
        told = set(re.findall(r"check will say (DG\d+)", said))
        found = set(re.findall(r"error (DG\d+)", distigen("check", folder, code=1)))
        if not told or found != told:
            raise Wrong(f"{folder}: import told {told}, and check finds {found}")
        distigen("run", "--simulate", folder, "--out", folder / "out", code=1)
        return f"{version}/{name}: refused with {', '.join(sorted(found))}, as import has told"
    flags = filled_in(folder, hcl)
    checked = distigen("check", folder, *flags)
    # Models that are gone are replaced, as check asks for.
    for model, other in re.findall(r'DG705: model "([^"]+)" is retired.*?replacement\s+is\s+"([^"]+)"', checked, re.S):
        block = re.search(rf'model "(\w+)" {{\s+name += "{re.escape(model)}"', hcl)
        flags += ["--set", f"model.{block[1]}.name={other}"]
    distigen("build", folder, "-o", folder / "gen", *flags)
    # Nothing is sent to an Argilla that is not there.
    off = [flag for step in re.findall(r'^step "\w+_to_argilla" "(\w+)"', hcl, re.M) for flag in ("--set", f"step.{step}.api_url=")]
    distigen("run", "--simulate", "--quiet", folder, "--out", folder / "out", *flags, *off)
    rows = {d["name"]: d["rows"] for d in json.loads((folder / "out" / "run.json").read_text())["datasets"]}
    if not rows or not all(rows.values()):
        raise Wrong(f"{folder}: the datasets have {rows} rows")
    return f"{version}/{name}: {rows}"


def main():
    a.work.mkdir(parents=True)
    server = subprocess.Popen([a.fakehub, "--root", str(a.work / "hub")], stdout=subprocess.PIPE, text=True)
    try:
        os.environ.update(HF_ENDPOINT=server.stdout.readline().split()[1], HF_TOKEN="hf_write")
        hub = a.work / "hub-pipeline"
        hub.mkdir()
        (hub / "pipeline.hcl").write_text(HUB)
        (hub / "questions.json").write_text(json.dumps(QUESTIONS))
        distigen("run", "--simulate", "--push-simulated", "--quiet", hub, "--out", a.work / "hub-out")
        tasks = []
        with concurrent.futures.ThreadPoolExecutor(max(os.cpu_count() or 1, 2)) as pool:
            for version, folder in (made.split("=", 1) for made in a.made):
                sources = [f for f in sorted(pathlib.Path(folder).iterdir()) if f.suffix in (".yaml", ".json")]
                if len(sources) < 18:
                    raise Wrong(f"{folder} has {len(sources)} pipelines")
                tasks += [pool.submit(take, version, source) for source in sources if a.only in (None, source.stem)]
            failed = 0
            for task in tasks:
                try:
                    print(task.result(), flush=True)
                except Wrong as e:
                    failed += 1
                    print(e, flush=True)
        raise SystemExit(f"{failed} of {len(tasks)} pipelines are not as they should be" if failed else 0)
    finally:
        server.terminate()


main()
