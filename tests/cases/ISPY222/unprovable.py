import os

if os.environ.get("OLD"):

    def helper():
        return 1
