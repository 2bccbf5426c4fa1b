import dataclasses


@dataclasses.dataclass(frozen=True)
class Job:
    name: str
