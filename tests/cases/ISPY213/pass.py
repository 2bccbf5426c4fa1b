import re
WORD = re.compile("a")
class A:
    @property
    def x(self):
        return connect()
    @x.setter
    def x(self, value):
        connect()
if __name__ == "__main__":
    connect()
later = lambda: connect()
