"""Reading and writing files so that a reader never meets half of one."""

from .inputs import KINDS, decode, files_in, kind_of, packing, read_bytes, read_text, sha256, stem, unpacked
from .outputs import check_output, remove, replacing, resolved, together, write_texts
from .values import checked, complaint, parse_json, read_json, shown

__all__ = [
    "KINDS",
    "check_output",
    "checked",
    "complaint",
    "decode",
    "files_in",
    "kind_of",
    "packing",
    "parse_json",
    "read_bytes",
    "read_json",
    "read_text",
    "remove",
    "replacing",
    "resolved",
    "sha256",
    "shown",
    "stem",
    "together",
    "unpacked",
    "write_texts",
]
