"""Where models lie: the two that come with the package, and any other in a folder of its own."""

from __future__ import annotations

from pathlib import Path

SHIPPED, FAST = (Path(__file__).parent / name for name in ("shipped", "fast"))


def model_folder(model: str | Path | None) -> Path:
    """The folder of a model.

    Args:
        model: ``None`` and ``"shipped"`` are the model of the package, ``"fast"`` is its small one; any other string,
            and any :class:`~pathlib.Path`, is the folder itself. So ``"./fast"`` is a folder of your own.

    >>> model_folder("fast").name, model_folder("./fast").as_posix(), model_folder("fast") == model_folder(Path("fast"))
    ('fast', 'fast', False)
    """
    if isinstance(model, Path):
        return model
    return {None: SHIPPED, SHIPPED.name: SHIPPED, FAST.name: FAST}.get(model) or Path(str(model))
