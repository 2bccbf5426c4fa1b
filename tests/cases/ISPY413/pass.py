import dataclasses


@dataclasses.dataclass(order=True)
class Job:
    name: str
