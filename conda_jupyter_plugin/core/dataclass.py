"""Frozen dataclasses that cost next to nothing to define.

The standard library's module loads `inspect`, and writes and compiles up to six functions for each class:
half a millisecond for each, and six more for the module, which every command and transaction would pay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import asdict, dataclass, field, replace
else:

    class field:  # noqa: N801 - as the standard library's
        """A field whose default is created for each instance."""

        def __init__(self, *, default_factory):
            self.make = default_factory

    def dataclass(*, frozen):
        """Make a class a frozen dataclass as the standard library does, without generated code."""
        assert frozen  # noqa: S101 - type checkers see the standard library's own
        return _decorate

    def replace(value, /, **changes):
        """Copy an instance with some of its fields changed."""
        copy = object.__new__(type(value))
        copy.__dict__.update(asdict(value), **changes)
        if len(copy.__dict__) != len(value._fields):
            raise TypeError(f"{type(value).__name__} has {', '.join(value._fields)}")
        return copy

    def asdict(value):
        """Give the fields of an instance, as they are, by their names."""
        return {name: value.__dict__[name] for name in value._fields}

    def _decorate(cls):
        cls._fields = tuple(cls.__annotations__)
        defaults = {name: cls.__dict__[name] for name in cls._fields if name in cls.__dict__}
        factories = {name: default.make for name, default in defaults.items() if isinstance(default, field)}
        for name in factories:
            delattr(cls, name)
            del defaults[name]
        cls.__init__ = _make_init(cls, cls._fields, defaults, factories)
        for method in (_repr, _eq, _hash, _setattr, _delattr):
            setattr(cls, f"_{method.__name__}__", method)
        return cls

    def _make_init(cls, order, defaults, factories):
        names, count = frozenset(order), len(order)

        def init(self, *values, **named):
            state = self.__dict__
            if len(values) < count:
                state.update(defaults)
                for name, make in factories.items():
                    if name not in named:
                        state[name] = make()
            state.update(zip(order, values))  # noqa: B905 - naming `strict` takes as long as the rest
            if named:
                state.update(named)
            if len(state) != count or len(values) > count or (named and not names.issuperset(named)):
                raise TypeError(f"{cls.__name__} takes {', '.join(order)}")

        return init

    def _values(self):
        return tuple(self.__dict__[name] for name in self._fields)

    def _repr(self):
        shown = (f"{name}={value!r}" for name, value in asdict(self).items())
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def _eq(self, other):
        return _values(self) == _values(other) if type(other) is type(self) else NotImplemented

    def _hash(self):
        return hash(_values(self))

    def _setattr(self, name, _):
        raise AttributeError(f"cannot assign to field {name!r} of {self!r}")

    def _delattr(self, name):
        raise AttributeError(f"cannot delete field {name!r} of {self!r}")


__all__ = ["asdict", "dataclass", "field", "replace"]
