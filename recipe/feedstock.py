"""Prints the recipe that conda-forge's feedstock has: this project's own, but from a release.

usage: python recipe/feedstock.py SDIST --repository URL --maintainer NAME [--url URL]

The recipe, the version and the checksum are the source distribution's, so that nothing is written down twice.
"""

from __future__ import annotations

import argparse
import hashlib
import tarfile
from pathlib import Path

PYPI = (
    "https://pypi.org/packages/source/${{ name[0] }}/${{ name }}/conda_jupyter_plugin-${{ version }}.tar.gz"
)
_COMMENT = "# Builds from this checkout;"


def feedstock_recipe(sdist: Path, repository: str, maintainers: list[str], url: str = PYPI) -> str:
    """Makes the recipe of a release.

    Args:
        sdist: The release's source distribution, which holds the recipe.
        repository: The address of the project's repository.
        maintainers: Who maintains the feedstock, by GitHub's names.
        url: Where the source distribution can be downloaded.

    Returns:
        The text of `recipe.yaml`.
    """
    with tarfile.open(sdist) as archive:
        member = archive.extractfile(f"{sdist.name.removesuffix('.tar.gz')}/recipe/recipe.yaml")
        assert member is not None  # noqa: S101 - it is a file
        own = member.read().decode()
    checksum = hashlib.sha256(sdist.read_bytes()).hexdigest()
    lines = [line for line in own.splitlines() if not line.startswith(_COMMENT)]
    text = "\n".join(line.partition(" # ")[0] for line in lines)
    text = text.replace("\n  path: ..\n", f"\n  url: {url}\n  sha256: {checksum}\n")
    text += f"\n  homepage: {repository}\n  repository: {repository}\n\nextra:\n  recipe-maintainers:\n"
    return text + "".join(f"    - {name}\n" for name in maintainers)


def main() -> None:
    """Print the recipe of the release that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sdist", type=Path, metavar="SDIST")
    parser.add_argument("--repository", required=True, metavar="URL")
    parser.add_argument("--maintainer", required=True, action="append", metavar="NAME")
    parser.add_argument("--url", default=PYPI, help="where SDIST can be downloaded; PyPI by default")
    options = parser.parse_args()
    print(feedstock_recipe(options.sdist, options.repository, options.maintainer, options.url), end="")


if __name__ == "__main__":
    main()
