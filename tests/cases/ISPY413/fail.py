import functools


@functools.total_ordering
class Job:
    def __lt__(self, other):
        return True
