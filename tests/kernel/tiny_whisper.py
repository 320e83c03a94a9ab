"""Write a Whisper of the real architecture with random weights, tiny enough to be made in a second, as faster-whisper reads it."""

from __future__ import annotations

import sys

import numpy as np
from ctranslate2.specs import WhisperSpec
from ctranslate2.specs.model_spec import OPTIONAL, visit_spec
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

WIDTH, MELS, SOUNDS, WORDS = 64, 80, 1500, 448
SPECIAL = ("endoftext", "startoftranscript", "en", "translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps")
# The shapes of tensors by the end of their names: the first that fits.
SHAPES = (
    ("conv1/weight", (WIDTH, MELS, 3)),
    ("conv2/weight", (WIDTH, WIDTH, 3)),
    ("encoder/position_encodings/encodings", (SOUNDS, WIDTH)),
    ("decoder/position_encodings/encodings", (WORDS, WIDTH)),
    ("ffn/linear_0/weight", (4 * WIDTH, WIDTH)),
    ("ffn/linear_0/bias", (4 * WIDTH,)),
    ("ffn/linear_1/weight", (WIDTH, 4 * WIDTH)),
    ("self_attention/linear_0/weight", (3 * WIDTH, WIDTH)),
    ("self_attention/linear_0/bias", (3 * WIDTH,)),
    ("self_attention/linear_1/weight", (WIDTH, WIDTH)),
    ("self_attention/linear_1/bias", (WIDTH,)),
    ("attention/linear_1/weight", (2 * WIDTH, WIDTH)),
    ("attention/linear_1/bias", (2 * WIDTH,)),
    ("linear_0/weight", (WIDTH, WIDTH)),
    ("linear_2/weight", (WIDTH, WIDTH)),
    ("gamma", (WIDTH,)),
    ("beta", (WIDTH,)),
    ("bias", (WIDTH,)),
)


def main(folder):
    """Write the model and its tokenizer into a folder that is there."""
    tokens = write_tokenizer(f"{folder}/tokenizer.json")
    spec = WhisperSpec(1, 1, 1, 1)
    fill(spec, (("embeddings/weight", (len(tokens), WIDTH)), ("projection/weight", (len(tokens), WIDTH)), *SHAPES))
    spec.config.suppress_ids = spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [tokens.index("<|en|>")]
    spec.config.alignment_heads = [(0, 0)]
    spec.register_vocabulary(tokens)
    spec.validate()
    spec.save(folder)


def write_tokenizer(path):
    """Write a tokenizer that knows single bytes, and return its tokens in order: with so few a Whisper knows English only."""
    plain = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(models.BPE(vocab={token: number for number, token in enumerate(plain)}, merges=[]))
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    special = [f"<|{word}|>" for word in (*SPECIAL, *(f"{second * 0.02:.2f}" for second in range(1501)))]
    made.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
    made.save(path)
    return [*plain, *special]


def fill(spec, shapes):
    """Put random numbers where the architecture has a tensor; of those that may be left out, a Whisper has two kinds."""
    random = np.random.default_rng(0)

    def put(layer, name, value):
        if value is None or (value == OPTIONAL and name.endswith(("/bias", "/encodings")) and "projection" not in name):
            shape = next(shape for end, shape in shapes if name.endswith(end))
            setattr(layer, name.rpartition("/")[2], random.normal(0, 0.02, shape).astype("float32"))

    visit_spec(spec, put)


main(sys.argv[1])
