import functools
import os

if os.environ.get("OLD"):

    @functools.total_ordering
    class Job:
        def __lt__(self, other):
            return True

else:

    class Job:
        pass
