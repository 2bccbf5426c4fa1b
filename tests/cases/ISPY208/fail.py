import os, subprocess
from subprocess import run, PIPE
def f():
    try:
        import socket.fancy
    except ImportError:
        pass
load = __import__
load("sub" + "process")
exec("import acme.internal.db")
