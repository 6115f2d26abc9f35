"""Frozen dataclasses that cost next to nothing to define.

The standard library writes and compiles up to six functions for each class, half a millisecond for each when
its module is loaded: after every one of conda's transactions that would be half of all that we do there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from dataclasses import MISSING, FrozenInstanceError, fields
    from dataclasses import dataclass as _dataclass

    def dataclass(*, frozen):
        """Make a class a frozen dataclass as the standard library does, without generated code."""
        assert frozen  # noqa: S101 - type checkers see the standard library's own
        return _decorate

    def _decorate(cls):
        cls = _dataclass(init=False, repr=False, eq=False)(cls)
        cls.__init__ = _make_init(cls)
        for method in (_repr, _eq, _hash, _setattr, _delattr):
            setattr(cls, f"_{method.__name__}__", method)
        return cls

    def _make_init(cls):
        names = {field.name for field in fields(cls)}
        order = [field.name for field in fields(cls)]
        defaults = {field.name: field.default for field in fields(cls) if field.default is not MISSING}
        factories = {
            field.name: field.default_factory for field in fields(cls) if field.default_factory is not MISSING
        }

        def init(self, *values, **named):
            state = {**defaults, **dict(zip(order, values, strict=False)), **named}
            for name, make in factories.items():
                if name not in state:
                    state[name] = make()
            if state.keys() != names or len(values) > len(order):
                raise TypeError(f"{cls.__name__} takes {', '.join(order)}")
            self.__dict__.update(state)

        return init

    def _values(self):
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)

    def _repr(self):
        names = self.__dataclass_fields__
        shown = (f"{name}={value!r}" for name, value in zip(names, _values(self), strict=True))
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def _eq(self, other):
        return _values(self) == _values(other) if type(other) is type(self) else NotImplemented

    def _hash(self):
        return hash(_values(self))

    def _setattr(self, name, _):
        raise FrozenInstanceError(f"cannot assign to field {name!r} of {self!r}")

    def _delattr(self, name):
        raise FrozenInstanceError(f"cannot delete field {name!r} of {self!r}")


__all__ = ["dataclass"]
