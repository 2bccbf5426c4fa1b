import functools

register = functools.partial(print, 'registered')
