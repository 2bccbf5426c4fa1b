import importlib
importlib.import_module(input())
from acme.internal import db
map(__import__, [])
exec(input())
