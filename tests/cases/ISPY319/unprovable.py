import abc
import os


class Plugin(abc.ABC):
    if os.environ.get("OLD"):

        @abc.abstractmethod
        def run(self): ...

    else:

        def run(self):
            return 1
