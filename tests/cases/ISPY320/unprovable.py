import os

if os.environ.get("OLD"):

    def rows():
        return [1]

else:

    def rows():
        yield 1
