from .impl import Plugin
