from helpers import marked


def test_send(): ...


@marked
def test_receive(): ...
