"""Takes datasets for TRL through what its trainers do to their data before they train: the steps of SFTTrainer, DPOTrainer and
KTOTrainer, by TRL's own functions. The trainers themselves need PyTorch, which is large."""

import sys

import datasets
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from transformers import PreTrainedTokenizerFast
from trl.data_utils import _tokenize, apply_chat_template, common_prefix_length, extract_prompt, is_conversational, unpair_preference_dataset

CHAT = "{% for m in messages %} <{{ m.role }}> {{ m.content }} </{{ m.role }}>{% endfor %}{% if add_generation_prompt %} <assistant>{% endif %}"


def tokenizer(rows):
    """One whose words are those of the data, so that no two texts look the same to it."""
    def words(v):
        if isinstance(v, str):
            yield from v.split()
        elif isinstance(v, dict):
            for inner in v.values():
                yield from words(inner)
        elif isinstance(v, list):
            for inner in v:
                yield from words(inner)
    known = ["[UNK]", "</s>"] + [f"<{end}{role}>" for role in ("system", "user", "assistant") for end in ("", "/")]
    known += sorted({w for row in rows for w in words(row)} - set(known))
    made = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(WordLevel({w: i for i, w in enumerate(known)}, unk_token="[UNK]")), unk_token="[UNK]", eos_token="</s>")
    made.backend_tokenizer.pre_tokenizer = WhitespaceSplit()
    made.chat_template = CHAT
    return made


def ids(tok, messages_or_text, **kwargs):
    return _tokenize(tok, messages_or_text, **kwargs)["input_ids"]


def completion(tok, row, name):
    """What a trainer learns of a row: the tokens after the prompt."""
    kwargs = {"add_generation_prompt": True} if is_conversational(row) else {}
    prompt, both = ids(tok, row["prompt"], **kwargs), ids(tok, row["prompt"] + row[name] if is_conversational(row) else row["prompt"] + " " + row[name])
    at = common_prefix_length(prompt, both)
    assert at == len(prompt), f"the prompt is no part of the whole: {row}"
    assert len(both) > at, f"nothing to learn: {row}"
    assert 0 not in both, f"a word that is not in the data: {row}"
    return both[at:]


def pairs(rows):
    """As DPOTrainer and KTOTrainer do: the prompt is taken out only if there is no column of that name."""
    return rows if "prompt" in rows[0] else rows.map(extract_prompt)


def dpo(rows, tok):
    for row in pairs(rows):
        assert completion(tok, row, "chosen") != completion(tok, row, "rejected"), row
        assert is_conversational({"prompt": row["prompt"]}) == is_conversational({"chosen": row["chosen"]}), row
        if is_conversational(row):
            text = apply_chat_template({k: row[k] for k in ("prompt", "chosen", "rejected")}, tok)
            assert text["chosen"] and text["chosen"] != text["rejected"], text


def kto(rows, tok):
    rows = pairs(rows) if "chosen" in rows[0] else rows
    if "chosen" in rows[0] and "rejected" in rows[0]:
        rows = unpair_preference_dataset(rows)
    assert {type(label) for label in rows["label"]} == {bool}, rows["label"]
    assert 0 < sum(rows["label"]) < len(rows), "KTO needs good answers and bad ones"
    for row in rows:
        completion(tok, row, "completion")


def sft(rows, tok):
    for row in rows:
        if "prompt" in row:
            completion(tok, row, "completion")
        else:
            found = ids(tok, row["messages"] if is_conversational(row) else row["text"])
            assert found and 0 not in found, row


CHECKS = {"dpo": dpo, "kto": kto, "sft": sft}


def main():
    """The arguments: a folder of datasets, and NAME=TRAINER for those that TRL is to take; without any, the golden case's."""
    folder, wanted = sys.argv[1], sys.argv[2:]
    usual = ["trl-dpo=dpo", "written=dpo", "trl-kto=kto", "trl-dpo=kto", "trl-sft=sft", "chat=sft"]
    for name, check in (one.split("=") for one in wanted or usual):
        rows = datasets.load_dataset(f"{folder}/{name}", split="train")
        assert len(rows) > 0, name
        CHECKS[check](rows, tokenizer(rows))
        print(f"TRL takes {len(rows)} rows of {name} for {check.upper()}")
    if wanted:
        return
    for name in ("axolotl-default", "axolotl-intel", "llamafactory-sharegpt", "llamafactory-alpaca", "alpaca", "sharegpt-kto", "orpo"):
        assert datasets.load_dataset(f"{folder}/{name}"), name
        print(f"datasets reads {name}")


main()
