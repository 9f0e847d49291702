"""Writes Mistral's tokenizer, as tekken.json, and texts that it has split, as cases.jsonl, to a folder."""

import json
import os
import random
import shutil
import sys

import mistral_common
from mistral_common.tokens.tokenizers.tekken import Tekkenizer

folder = sys.argv[1]
source = os.path.join(os.path.dirname(mistral_common.__file__), "data", "tekken_240911.json")
shutil.copy(source, os.path.join(folder, "tekken.json"))
tokenizer = Tekkenizer.from_file(source)

texts = [
    "What is 3/4 of 20?",
    "Completing the square 🙂 größe 123 của tôi",
    "x² + y² = r², ∑ᵢ aᵢ ≤ ∞",
    "def f(x):\n\treturn x**2  # squared\n\n\n",
    "  two  spaces, \r\n and   three   ",
    "数学は楽しい。1234567890 שלום עולם",
    "[INST] not a control token [/INST]",
    "I'm sure they've seen HTTPServer's camelCase",
]
letters = "ab cdefg ZÀé🙂🙃漢字\n\t .,;:!?'\"0123456789-_/\\שק"
draw = random.Random(7)
texts += ["".join(draw.choice(letters) for _ in range(draw.randrange(1, 80))) for _ in range(400)]

with open(os.path.join(folder, "cases.jsonl"), "w", encoding="utf-8") as out:
    for text in texts:
        tokens = tokenizer.encode(text, bos=False, eos=False)
        starts = {}  # the whole letters of the first n tokens
        raw = b""
        for n, token in enumerate(tokens, 1):
            raw += tokenizer.id_to_byte_piece(token)
            starts[n] = raw.decode("utf-8", errors="ignore")
        assert starts[len(tokens)] == text, text
        json.dump({"text": text, "starts": starts}, out, ensure_ascii=False)
        out.write("\n")
