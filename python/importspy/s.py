"""Where ImportSpy 0.4 kept ``Spy``."""

from ._spy import Spy

__all__ = ["Spy"]
