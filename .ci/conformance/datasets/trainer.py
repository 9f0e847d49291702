"""Takes the tutorial's pairs through what TRL does to the data of DPO, with a chat template, as they are."""

import sys

import datasets
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import PreTrainedTokenizerFast
from trl.data_utils import apply_chat_template, extract_prompt, is_conversational, maybe_apply_chat_template, maybe_extract_prompt, maybe_unpair_preference_dataset

pairs = datasets.load_dataset(sys.argv[1], split="train")
assert len(pairs) > 0
tokenizer = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(WordLevel({"[UNK]": 0}, unk_token="[UNK]")), unk_token="[UNK]")
tokenizer.backend_tokenizer.pre_tokenizer = Whitespace()
tokenizer.chat_template = "{% for m in messages %}<{{ m.role }}>{{ m.content }}</{{ m.role }}>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"

columns = pairs.select_columns(["chosen", "rejected"])
for pair in columns:
    assert is_conversational(pair), pair
    split = maybe_extract_prompt(pair)
    assert split["prompt"] and split["prompt"][-1]["role"] == "user", split
    assert [m["role"] for m in split["chosen"]] == ["assistant"] == [m["role"] for m in split["rejected"]], split
    assert split["chosen"] != split["rejected"], split
    text = apply_chat_template(split, tokenizer)
    assert text["prompt"].endswith("<assistant>") and text["prompt"] + text["chosen"] != text["prompt"] + text["rejected"], text
prepared = columns.map(extract_prompt).map(maybe_apply_chat_template, fn_kwargs={"processing_class": tokenizer})
assert prepared.column_names and set(prepared.column_names) == {"prompt", "chosen", "rejected"}, prepared
assert all(isinstance(v, str) and v for row in prepared for v in row.values())
whole = pairs.map(maybe_extract_prompt)  # with all the columns that the tutorial has
assert len(whole) == len(pairs)
labelled = maybe_unpair_preference_dataset(columns.map(extract_prompt))
assert len(labelled) == 2 * len(pairs) and sum(labelled["label"]) == len(pairs), labelled
print(f"TRL takes {len(pairs)} pairs as they are")
