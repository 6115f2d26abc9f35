"""The Jupyter server's extension: kernels follow what happens behind conda's and pip's back."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def _jupyter_server_extension_points() -> "Sequence[Mapping[str, str]]":
    return [{"module": "conda_jupyter_plugin.server.extension"}]
