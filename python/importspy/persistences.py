"""The error for a contract that cannot be read, under the name that ImportSpy 0.4 gave it."""

from ._core import ContractError

__all__ = ["PersistenceError"]


class PersistenceError(ContractError):
    """A contract is not there, may not be read, or is no YAML. As in ImportSpy 0.4, it is no ``ValueError``."""
