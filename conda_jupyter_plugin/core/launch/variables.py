"""Values of variables that refer to other variables: how kernel.json writes them, and how `--env` does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_NAME = "[A-Za-z_][A-Za-z0-9_]*"
_IN_OPTION = rf"\$\$(?=\{{{_NAME}\}})|\$\{{(?P<name>{_NAME})\}}"


def is_name(text: str) -> bool:
    """Whether a variable of that name can be referred to, and named in a shell."""
    return re.fullmatch(_NAME, text) is not None


@dataclass(frozen=True)
class Value:
    """A value, which may refer to variables as they are when the kernel starts.

    Attributes:
        literals: What stands between the references, before the first and behind the last of them too.
        names: The variables that it refers to, one less than there are literals.
    """

    literals: tuple[str, ...]
    names: tuple[str, ...] = ()

    @classmethod
    def of_kernelspec(cls, text: str) -> Value:
        """Read a value as Jupyter does in kernel.json: `$NAME` and `${NAME}` refer, `$$` is a `$`.

        https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
        """
        if "$" not in text:
            return cls((text,))
        from string import Template

        return cls._read(text, Template.pattern.finditer(text), ("named", "braced"))

    @classmethod
    def of_option(cls, text: str) -> Value:
        """Read a value of `--env`: `${NAME}` refers, `$${NAME}` is that very text but its first `$`."""
        return cls._read(text, re.finditer(_IN_OPTION, text), ("name",))

    @classmethod
    def _read(cls, text: str, matches: Iterable[re.Match[str]], groups: tuple[str, ...]) -> Value:
        literals, names, end = [""], [], 0
        for match in matches:
            literals[-1] += text[end : match.start()]
            end = match.end()
            if name := next(filter(None, (match[group] for group in groups)), None):
                names.append(name)
                literals.append("")
            else:
                literals[-1] += "$"
        literals[-1] += text[end:]
        return cls(tuple(literals), tuple(names))

    def parts_around(self, name: str) -> tuple[Value, Value] | None:
        """Split it into what stands before and behind the reference to a variable, if there is just one."""
        if self.names.count(name) != 1:
            return None
        index = self.names.index(name)
        return (
            Value(self.literals[: index + 1], self.names[:index]),
            Value(self.literals[index + 1 :], self.names[index + 1 :]),
        )

    def with_reference(self, name: str, value: Value) -> Value:
        """Put a value in the place of each reference to a variable, whose name is in capitals."""
        literals, names = [self.literals[0]], list[str]()
        for reference, literal in zip(self.names, self.literals[1:], strict=True):
            inner = value if reference.upper() == name else Value(("", ""), (reference,))
            literals[-1] += inner.literals[0]
            literals += inner.literals[1:]
            literals[-1] += literal
            names += inner.names
        return Value(tuple(literals), tuple(names))

    def for_kernelspec(self) -> str:
        """Write it as Jupyter reads it; VS Code knows no other reference than `${NAME}`."""
        return self.write(lambda literal: literal.replace("$", "$$"), "${{{}}}")

    def write(self, literally: Callable[[str], str], reference: str) -> str:
        """Write it in some syntax.

        Args:
            literally: Writes what is no reference.
            reference: How a reference is written, with `{}` for the variable's name.
        """
        first, *others = map(literally, self.literals)
        pairs = zip(self.names, others, strict=True)
        return first + "".join(reference.format(name) + literal for name, literal in pairs)
