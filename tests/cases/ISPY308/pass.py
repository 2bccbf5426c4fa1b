from typing import Optional


def fetch(url: Optional[str]):
    return url
