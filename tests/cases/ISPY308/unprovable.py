from .types import *


def fetch(url: Url):
    return url
