"""Logging as ImportSpy 0.4 offered it. Imported only by who uses ``Spy`` or asks for this module."""

from __future__ import annotations

import logging
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CustomFormatter", "LogManager"]


class CustomFormatter(logging.Formatter):
    """Says in each line which file, line and function it comes from."""

    LOG_FORMAT = (
        "%(asctime)s [%(levelname)s] [%(name)s] "
        "[caller: %(caller_file)s, line: %(caller_line)s, function: %(caller_function)s] %(message)s"
    )

    def __init__(self) -> None:
        super().__init__(self.LOG_FORMAT)

    def format(self, record: logging.LogRecord) -> str:
        record.caller_file = os.path.basename(record.pathname)
        record.caller_line = record.lineno
        record.caller_function = record.funcName
        return super().format(record)


class LogManager:
    """Sets up the root logger, once for each manager, and hands out named loggers."""

    def __init__(self) -> None:
        self.default_level = logging.getLogger().getEffectiveLevel()
        self.default_handler: logging.Handler = logging.StreamHandler()
        self.default_handler.setFormatter(CustomFormatter())
        self.configured = False

    def configure(self, level: int | None = None, handlers: Iterable[logging.Handler] | None = None) -> None:
        """Gives the root logger these handlers, or one that writes to standard error. RuntimeError the second time."""
        if self.configured:
            raise RuntimeError("this LogManager has been configured already")
        root = logging.getLogger()
        for handler in list(handlers or ()) or [self.default_handler]:
            root.addHandler(handler)
        root.setLevel(level or self.default_level)
        self.configured = True

    def get_logger(self, name: str) -> logging.Logger:
        """The logger of that name; with a handler of its own where nobody has set up any."""
        logger = logging.getLogger(name)
        if not logger.hasHandlers():
            logger.addHandler(self.default_handler)
        return logger


def set_up(level: int | str) -> None:
    """What ``log_level=`` and ``-l`` do: ImportSpy's own logger gets that level. Other loggers stay as they are.

    Where the host has set up no handler that its lines would reach, they go to standard error.
    """
    logger = logging.getLogger("importspy")
    try:
        logger.setLevel(level)
    except (TypeError, ValueError) as problem:
        raise RuntimeError(f"log level: {problem}") from None
    if not logger.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(CustomFormatter())
        logger.addHandler(handler)
