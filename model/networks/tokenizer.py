"""A fast tokenizer without the library around it, whose import takes seconds."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tokenizers import Encoding, Tokenizer

from ..exceptions import InputError
from ..files import read_text

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_TOKENIZER, _SETTINGS = "tokenizer.json", "tokenizer_config.json"


class PieceTokenizer:
    """Cuts texts into word pieces with their offsets.

    Args:
        tokenizer: what ``tokenizer.json`` holds.
        settings: what ``tokenizer_config.json`` holds, for the library alone.
        name: where they come from, for messages.

    Attributes:
        begin: id that stands before each window.
        end: id that stands behind it.

    Raises:
        InputError: it is no tokenizer, or puts something else around a text than one token before and one behind.
    """

    def __init__(self, tokenizer: str, settings: str, name: str) -> None:
        self._settings, self._name = settings, name
        with self._naming():
            self._tokenizer = Tokenizer.from_str(tokenizer)
            self._tokenizer.no_truncation()
            self._tokenizer.no_padding()
            probe = self._tokenizer.encode("a")
        special = probe.special_tokens_mask
        if len(special) < 3 or special[0] + special[-1] != 2 or any(special[1:-1]):
            raise InputError(
                f"{name}: its tokenizer makes of 'a' {' '.join(probe.tokens)}; use one that puts a token before a text "
                "and one behind it"
            )
        self.begin, self.end = probe.ids[0], probe.ids[-1]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The tokenizer of a model folder.

        Raises:
            InputError: it is missing or damaged.
        """
        if not (folder / _TOKENIZER).is_file():
            raise InputError(f"{folder}: it lacks {_TOKENIZER}; train or copy the run again")
        settings = folder / _SETTINGS
        return cls(read_text(folder / _TOKENIZER), read_text(settings) if settings.is_file() else "{}", str(folder))

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerFast, name: str) -> Self:
        """The same tokenizer as one of the library's, called ``name`` in messages."""
        with tempfile.TemporaryDirectory() as folder:
            tokenizer.save_pretrained(folder)
            files = Path(folder)
            return cls(read_text(files / _TOKENIZER), read_text(files / _SETTINGS), name)

    def encode(self, texts: list[str]) -> list[Encoding]:
        """The pieces of each text, without the tokens around it; offsets count code points."""
        with self._naming():
            return list(self._tokenizer.encode_batch(texts, add_special_tokens=False))

    @contextlib.contextmanager
    def _naming(self) -> Iterator[None]:
        """Name the tokenizer in what its package raises: nothing narrower, and a panic is not even that."""
        try:
            yield
        except BaseException as error:
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            reason = str(error).split("\n")[0][:200]
            raise InputError(f"{self._name}: {_TOKENIZER} is damaged ({reason}); copy it again") from None

    @property
    def pieces(self) -> list[str]:
        """All pieces it knows, by their ids."""
        known: dict[str, int] = self._tokenizer.get_vocab()
        return sorted(known, key=known.__getitem__)

    @property
    def size(self) -> int:
        """One more than the greatest id of a piece."""
        return max(self._tokenizer.get_vocab().values(), default=-1) + 1

    def save(self, folder: Path) -> None:
        """Write the files of :meth:`read`, which the library reads too."""
        (folder / _TOKENIZER).write_text(self._tokenizer.to_str(), encoding="utf-8")
        (folder / _SETTINGS).write_text(self._settings, encoding="utf-8")
