import atexit
def connect(a=object()): ...
@atexit.register
class A(make()):
    link = [connect() for i in ()]
x: connect() = 1
connect()
