from typing import List


def names() -> List[str]:
    return []
